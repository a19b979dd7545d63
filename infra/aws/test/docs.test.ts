/** The two pages: the same commands in both, and no file that is not there. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { PAGES } from '../scripts/cost.ts';

const PACKAGE = path.join(import.meta.dirname, '..');
const [english = '', korean = ''] = PAGES.map((page) => readFileSync(page, 'utf8'));

/** The commands of a page, without comments, which are in the page's language. */
const commands = (page: string): string[] =>
  [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) =>
    block.replaceAll(/^ *#.*\n/gm, ''),
  );

test('both pages give the same commands', () => {
  assert.ok(commands(english).length > 10);
  assert.deepEqual(commands(korean), commands(english));
});

test('both pages have as many sections and rows', () => {
  const shape = (page: string) =>
    page
      .match(/^(#+ |\|)/gm)
      ?.map((mark) => mark.trim())
      .join(' ');
  assert.equal(shape(korean), shape(english));
});

for (const [name, page] of [
  ['aws.md', english],
  ['aws.ko.md', korean],
] as const) {
  test(`${name} names files that are there`, () => {
    const files = [...page.matchAll(/`((?:infra\/aws\/)?[\w/-]+\.(?:ts|sh|json))`/g)].map(
      ([, file = '']) => file.replace(/^infra\/aws\//, ''),
    );
    assert.ok(files.length > 20);
    const isThere = (file: string) =>
      ['', 'src', 'user-data'].some((folder) => existsSync(path.join(PACKAGE, folder, file)));
    assert.deepEqual(
      files.filter((file) => !isThere(file)),
      [],
    );
  });

  test(`${name} names settings and outputs that are there`, () => {
    const settings = readFileSync(path.join(PACKAGE, 'src/settings.ts'), 'utf8');
    for (const [, setting] of page.matchAll(/^ {3}"(\w+)": /gm)) {
      assert.match(settings, new RegExp(`readonly ${setting}: `));
    }
    const stack = readFileSync(path.join(PACKAGE, 'src/stack.ts'), 'utf8');
    assert.match(page, /SigningKeySecret/);
    assert.match(stack, /'SigningKeySecret'/);
    for (const alarm of ['FailedInstalls', 'ServerErrors', 'Unhealthy']) {
      assert.ok(page.includes(`\`${alarm}\``), alarm);
    }
  });
}
