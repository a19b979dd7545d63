import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';

const root = path.join(import.meta.dirname, '../../..');
const DOCUMENTS = ['docs/course.md', 'docs/course.ko.md'] as const;

/** The top of the repository: what begins with one of these is a path, whatever follows. */
const TOP = new Set(['.ci', 'api', 'docs', 'scripts']);
/** A root file: a bare name with one of these endings, or one of these names. */
const ROOT_FILE = /^[\w.-]+\.(?:md|json|ts)$|^(?:LICENSE|\.env\.example|\.gitignore|\.npmrc)$/;

/** The files and folders of the repository that a text names in backticks. */
function pathsIn(text: string): string[] {
  const spans = [...text.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
  return [...new Set(spans.filter(looksLikePath))].toSorted();
}

function looksLikePath(span: string): boolean {
  if (!/^[\w.@-][\w.@/-]*$/.test(span)) return false;
  const [first = '', ...rest] = span.split('/');
  if (rest.length === 0) return ROOT_FILE.test(first);
  return TOP.has(first) || span.endsWith('/') || /\.\w+$/.test(span);
}

/** Those that are not there. A name with a slash at its end is a folder's, any other a file's. */
function missing(paths: readonly string[]): string[] {
  return paths.filter((name) => {
    const found = statSync(path.join(root, name), { throwIfNoEntry: false });
    return name.endsWith('/') ? !found?.isDirectory() : !found?.isFile();
  });
}

/** The text before the first level-2 heading, then one text per heading. */
function sectionsOf(document: string): string[] {
  return readFileSync(path.join(root, document), 'utf8').split(/^## /m);
}

for (const document of DOCUMENTS) {
  test(`every path in ${document} exists`, () => {
    const text = sectionsOf(document).join('');
    const paths = pathsIn(text);
    assert.ok(paths.length > 50, 'its paths are really found');
    assert.deepEqual(missing(paths), []);

    const links = [...text.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link = '']) => `docs/${link}`);
    assert.deepEqual(missing(links), []);
  });
}

test('both documents have the same sections, with the same paths in each', () => {
  const [english, korean] = DOCUMENTS.map(sectionsOf);
  assert.ok(english && korean);
  assert.ok(english.length > 10, 'its headings are really found');
  assert.equal(korean.length, english.length);
  assert.deepEqual(korean.map(pathsIn), english.map(pathsIn));
});

test('a path that is wrong is told, and what is no path is left alone', () => {
  const wrong = ['api/src/view', 'api/src/app.ts/', 'app.ts', 'scirpts/check.ts', 'wbe/'];
  const right = ['.ci/run', 'api/src/', 'docs/errors.md', 'package.json'];
  const other = ['/ping', '/openapi.json', 'GET /timeline/:user_id', 'image/png', 'store.write'];
  const text = [...wrong, ...right, ...other].map((span) => `\`${span}\``).join(' ');

  assert.deepEqual(pathsIn(text), [...wrong, ...right].toSorted());
  assert.deepEqual(missing(pathsIn(text)), wrong.toSorted());
});
