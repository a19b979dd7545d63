/** The guides in `docs/`, held against the code and against each other. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { withSettingsTable } from '../../../scripts/generate-docs.ts';
import { settingHelp } from '../../src/config.ts';

const docs = path.join(import.meta.dirname, '../../../docs');
const read = (page: string) => readFileSync(path.join(docs, page), 'utf8');

test('docs/configure.md lists every setting as the code has it (npm run docs writes it anew)', () => {
  const page = read('configure.md');
  assert.match(page, /\| `PORT` \| `5000` \|/);
  assert.equal(page, withSettingsTable(page));
});

test('docs/configure.ko.md lists the same settings with the same defaults, in the same order', () => {
  const rows = [
    ...read('configure.ko.md').matchAll(/^\| `([A-Z0-9_]+)` \| (?:`(.*?)`)? \| (.+) \|$/gm),
  ];
  assert.deepEqual(
    rows.map(([, name, fallback = '']) => [name, fallback]),
    settingHelp().map(({ name, fallback }) => [name, fallback]),
  );
  for (const [, name = '', , help = ''] of rows) assert.match(help, /[가-힣]/, name);
});

/** What both languages must have alike: the commands, the settings, and the files they lead to. */
function substance(page: string): string[] {
  const blocks = [...page.matchAll(/^ *```sh\n([^]*?)```/gm)].map(([, block = '']) =>
    // What is said of a command is said in the page's language.
    block.replace(/\s+#.*$/gm, ''),
  );
  const links = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, link = '']) =>
    // Headings have their anchors in the page's language.
    link.replace('.ko.md', '.md').replace(/#.*/, ''),
  );
  return [...blocks, ...links.toSorted()];
}

const GUIDES = [
  'install',
  'configure',
  'people',
  'operate',
  'backup',
  'upgrade',
  'scale',
  'galera',
  'drills',
  'course',
  'aws',
];

for (const guide of GUIDES) {
  test(`docs/${guide}.md and its Korean twin have the same commands and links`, () => {
    const twin = `${guide}.ko.md`;
    assert.ok(existsSync(path.join(docs, twin)));
    const withoutTwin = (page: string) =>
      substance(read(page)).filter((line) => line !== `${guide}.md`);
    assert.deepEqual(withoutTwin(`${guide}.md`), withoutTwin(twin));
  });
}
