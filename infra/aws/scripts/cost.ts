/** `npm run cost`: writes the tables of cost.ts into docs/aws.md and docs/aws.ko.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { tables } from '../src/cost.ts';

const DOCS = path.join(import.meta.dirname, '../../../docs');

/** The pages that hold the tables. */
export const PAGES = ['aws.md', 'aws.ko.md'].map((name) => path.join(DOCS, name));

/**
 * The text of a page with the tables of today between its marks `<!-- cost -->` and `<!-- capacity -->`.
 *
 * @param file says the language by its name
 */
export function withTables(file: string, page: string): string {
  const { cost, capacity } = tables(file.endsWith('.ko.md') ? 'ko' : 'en');
  return between(between(page, 'cost', cost), 'capacity', capacity);
}

function between(page: string, mark: string, text: string): string {
  const marks = new RegExp(`(<!-- ${mark} -->\n)[^]*?(\n<!-- /${mark} -->)`);
  if (!marks.test(page)) throw new Error(`The page has no <!-- ${mark} --> … <!-- /${mark} -->.`);
  return page.replace(marks, (_, before: string, after: string) => before + text + after);
}

if (import.meta.main) {
  for (const file of PAGES) writeFileSync(file, withTables(file, readFileSync(file, 'utf8')));
}
