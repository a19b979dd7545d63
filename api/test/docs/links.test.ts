import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '../../..');
const pages = globSync(['*.md', 'docs/**/*.md'], { cwd: root });

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, name = '']) => name);

test('what the documents link to, and the files they name, are there', () => {
  assert.ok(pages.length >= 13, 'the pages are really found');
  for (const page of pages) {
    const text = readFileSync(path.join(root, page), 'utf8');
    const links = matches(text, /\]\((?!https?:)([^)#]+)\)/g).map((link) =>
      path.join(path.dirname(page), link),
    );
    const files = matches(text, /`((?:api|scripts|docs)\/[\w./-]+\.\w+)`/g);
    const missing = [...links, ...files].filter((file) => !existsSync(path.join(root, file)));
    assert.deepEqual(missing, [], `missing in ${page}`);
  }
});

test('the map of the README is the tree', () => {
  for (const readme of ['README.md', 'README.ko.md']) {
    const text = readFileSync(path.join(root, readme), 'utf8');
    const map = /```\n(api\/[^]*?)```/.exec(text)?.[1] ?? '';
    const names = matches(map, /^( *[\w./]+)/gm);
    assert.ok(names.length >= 9);
    for (const name of names) {
      const isBelowApi = name.startsWith(' ');
      const file = path.join(root, isBelowApi ? 'api' : '', name.trim());
      assert.ok(existsSync(file), `${readme} names ${name.trim()}`);
    }
  }
});
