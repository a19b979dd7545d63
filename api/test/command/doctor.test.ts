/** `minitter doctor` and `minitter version`, as they are called. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { runMinitter, startServer } from '../kit/server-process.ts';
import { tempFolder } from '../kit/temp.ts';

const NAMES = [
  'settings',
  'env-file',
  'runtime',
  'memory',
  'open-files',
  'data-folder',
  'free-space',
  'signing-key',
  'pictures',
  'web-client',
  'redis',
  'mail',
  'port',
  'database',
  'schema',
  'clock',
  'integrity',
];
const FINE = { RATE_LIMITS: 'on', BCRYPT_COST: '12' };

test('beside a server that runs, the doctor finds everything in order', async (t) => {
  const cwd = tempFolder(t);
  const MINITTER_DATA_DIR = path.join(cwd, 'data');
  const server = await startServer(t, { MINITTER_DATA_DIR });
  const ada = await server.join('Ada');
  await server.tweet(ada, 'hello');
  const env = { MINITTER_DATA_DIR, PORT: new URL(server.url).port, ...FINE };

  const { status, stdout, stderr } = await runMinitter(t, ['doctor'], env, cwd);

  assert.equal(stderr, '');
  const lines = stdout.trim().split('\n');
  assert.deepEqual(
    lines.map((line) => line.split(/\s+/)[1]),
    NAMES,
  );
  for (const line of lines) assert.match(line, /^(ok|warning) {2,}/);
  assert.match(stdout, /A Minitter answers on port/);
  assert.equal(status, 0);
  await server.tweet(ada, 'still here');
});

test('a problem is told with what to do about it, and the status is 1', async (t) => {
  const cwd = tempFolder(t);
  writeFileSync(path.join(cwd, 'signing-key'), 'x'.repeat(64));
  chmodSync(path.join(cwd, 'signing-key'), 0o644);
  const env = { MINITTER_DATA_DIR: cwd, ...FINE };

  const { status, stdout } = await runMinitter(t, ['doctor', '--json'], env, cwd);

  const { ok, checks } = JSON.parse(stdout);
  assert.equal(ok, false);
  assert.equal(checks['signing-key'][0].level, 'problem');
  assert.match(checks['signing-key'][0].advice, /chmod 600/);
  assert.equal(checks.settings[0].level, 'ok');
  assert.equal(status, 1);
});

test('a database that is none is a problem, and the other checks are made', async (t) => {
  const cwd = tempFolder(t);
  writeFileSync(path.join(cwd, 'minitter.db'), 'a diary, and no database. '.repeat(100));

  const { status, stdout } = await runMinitter(
    t,
    ['doctor'],
    { MINITTER_DATA_DIR: cwd, ...FINE },
    cwd,
  );

  assert.match(stdout, /^problem +database +\S+minitter\.db is not an SQLite database\. Put it/m);
  assert.match(stdout, /^ok +port /m);
  assert.equal(status, 1);
});

test('wrong settings are problems, one line each', async (t) => {
  const env = { PORT: 'many', BCRYPT_COST: '99' };
  const { status, stdout } = await runMinitter(t, ['doctor'], env, tempFolder(t));
  assert.match(stdout, /^problem +settings +PORT must be .*\nproblem +settings +BCRYPT_COST must/);
  assert.equal(status, 1);
});

test('the version is that of package.json, for people and for scripts', async (t) => {
  const file = path.join(import.meta.dirname, '../../package.json');
  const { version } = JSON.parse(readFileSync(file, 'utf8'));

  const text = await runMinitter(t, ['version'], {});
  assert.ok(
    text.stdout.startsWith(`Minitter ${version} (Node.js ${process.versions.node}, SQLite`),
  );

  const json = await runMinitter(t, ['version', '--json'], {});
  assert.deepEqual(JSON.parse(json.stdout), {
    minitter: version,
    node: process.versions.node,
    sqlite: process.versions.sqlite,
    platform: `${process.platform} ${process.arch}`,
  });
});
