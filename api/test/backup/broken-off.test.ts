import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { type Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import { seedCommand } from '../../src/command/seed.ts';
import type { Config } from '../../src/config.ts';
import { atEnd } from '../kit/at-end.ts';
import { backupOf, emptyPlace, printed, rowsOf } from '../kit/backups.ts';
import { until } from '../kit/model-until.ts';

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');
const SEED = { follows: '30', tweets: '20', seed: '1', password: 'long walks', quiet: true };

/** Enough rows that a command is still at it when it is noticed. */
async function seededPlace(t: TestContext): Promise<Config> {
  const config = await emptyPlace(t, 'sqlite');
  await printed(() => seedCommand(config, { ...SEED, users: '4000' }));
  return config;
}

/** `minitter <args>` on this database. */
function start(t: TestContext, { database, dataDir }: Config, ...args: string[]): ChildProcess {
  assert.ok(database.engine === 'sqlite');
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: dataDir,
    env: {
      PATH,
      HOME,
      TMPDIR,
      DATABASE_URL: `sqlite:${database.file}`,
      MINITTER_DATA_DIR: dataDir,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  atEnd(t, () => child.kill('SIGKILL'));
  return child;
}

const hasBytes = (file: string) => existsSync(file) && statSync(file).size > 0;
const filesIn = ({ dataDir }: Config) => readdirSync(dataDir).filter((name) => /backup/.test(name));

test('a backup that is killed half-way leaves no backup, and the one before as it was', async (t) => {
  const config = await seededPlace(t);
  const file = path.join(config.dataDir, 'a.backup');
  writeFileSync(file, 'the one before');
  const child = start(t, config, 'backup', '--force', file);
  await until(() => hasBytes(`${file}.part`));
  child.kill('SIGKILL');
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
  assert.equal(signal, 'SIGKILL');
  assert.equal(readFileSync(file, 'utf8'), 'the one before');
});

test('a backup that is stopped leaves nothing, and lets the next one begin at once', async (t) => {
  const config = await seededPlace(t);
  const file = path.join(config.dataDir, 'a.backup');
  const child = start(t, config, 'backup', file);
  const said = text(child.stderr as Readable);
  await until(() => hasBytes(`${file}.part`));
  child.kill('SIGINT');
  const [status] = (await once(child, 'exit')) as [number | null];
  assert.equal(status, 1);
  assert.match(await said, /Stopped\. No backup was written\./);
  assert.deepEqual(filesIn(config), []);
  await backupOf(config);
});

test('a restore that is killed half-way leaves the database as it was', async (t) => {
  const config = await seededPlace(t);
  const file = await backupOf(config);
  const other = await emptyPlace(t, 'sqlite');
  await printed(() => seedCommand(other, { ...SEED, users: '50' }));
  const before = await rowsOf(other);
  const child = start(t, other, 'restore', '--force', file);
  assert.ok(other.database.engine === 'sqlite');
  const part = `${other.database.file}.part`;
  await until(() => hasBytes(part) && statSync(part).size > 500_000);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(await rowsOf(other), before);
});
