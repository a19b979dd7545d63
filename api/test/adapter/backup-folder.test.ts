import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { BackupFolder, backupProcess } from '../../src/adapter/backup-folder.ts';
import { restoreCommand, verifyCommand } from '../../src/command/backup.ts';
import { startAppWith } from '../kit/app.ts';
import { emptyPlace, livelyPlace, printed, QUIET, rowsOf } from '../kit/backups.ts';
import { describeOnEngines } from '../kit/engines.ts';
import { DAY, FakeClock } from '../kit/fake-clock.ts';
import { until } from '../kit/model-until.ts';
import { tempFolder } from '../kit/temp.ts';

const NEVER = new AbortController().signal;

/** A process that does what this JavaScript says; `file` is where the backup shall be. */
const playing = (script: string) => (file: string) =>
  spawn(process.execPath, ['-e', `const file = process.argv[1]; ${script}`, file], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
const writes = playing(`require('fs').writeFileSync(file, 'a backup'); console.log('{"lost": 0}')`);

function folderOf(t: TestContext, start: (file: string) => ChildProcess, keep = 2) {
  const folder = `${tempFolder(t)}/backups`;
  const clock = new FakeClock();
  return { folder, clock, backups: new BackupFolder({ folder, keep, start, now: clock.now }) };
}

test('backups are named by their time, and the oldest ones are deleted', async (t) => {
  const { folder, clock, backups } = folderOf(t, writes);
  for (let day = 1; day <= 4; day += 1) {
    await backups.take(NEVER);
    clock.pass(DAY);
  }
  assert.deepEqual(readdirSync(folder).sort(), [
    'minitter-2026-01-03T00-00-00Z.backup',
    'minitter-2026-01-04T00-00-00Z.backup',
  ]);
});

test('only files that were named here are deleted, and what a crash has left', async (t) => {
  const { folder, backups } = folderOf(t, writes, 1);
  mkdirSync(folder);
  const others = ['minitter-before-the-move.backup', 'other.part', 'notes.txt'];
  const old = ['minitter-2025-12-01T00-00-00Z.backup', 'minitter-2025-12-02T00-00-00Z.backup.part'];
  for (const name of [...others, ...old]) writeFileSync(`${folder}/${name}`, '');
  await backups.take(NEVER);
  assert.deepEqual(
    readdirSync(folder).sort(),
    [...others, 'minitter-2026-01-01T00-00-00Z.backup'].sort(),
  );
});

test('a process that fails is told with what it said, and nothing is deleted', async (t) => {
  const { folder, clock, backups } = folderOf(t, writes, 1);
  await backups.take(NEVER);
  clock.pass(DAY);
  const start = playing(`console.error('the disk is full'); process.exitCode = 1`);
  const failing = new BackupFolder({ folder, keep: 1, start, now: clock.now });
  await assert.rejects(failing.take(NEVER), /^Error: the disk is full$/);
  assert.deepEqual(readdirSync(folder), ['minitter-2026-01-01T00-00-00Z.backup']);
});

test('a process is ended by the signal', async (t) => {
  const { backups } = folderOf(t, playing('setInterval(() => {}, 1000)'));
  const stopping = new AbortController();
  const taking = backups.take(stopping.signal);
  stopping.abort();
  await assert.rejects(taking, /the process ended/);
});

describeOnEngines('the process of a backup', (engine) => {
  test('backs up the server that started it', async (t) => {
    const config = await livelyPlace(t, engine);
    const folder = `${config.dataDir}/backups`;
    const backups = { everyMs: DAY, folder, keep: 1 };
    const { app } = await startAppWith(t, { ...config, backups });
    const taken = () =>
      (existsSync(folder) ? readdirSync(folder) : []).filter((name) => name.endsWith('.backup'));
    await until(() => taken().length === 1);
    await app.close();

    const file = `${folder}/${taken()[0]}`;
    assert.equal(statSync(file).mode & 0o777, 0o600);
    await printed(() => verifyCommand(file, QUIET));
    const fresh = await emptyPlace(t, engine);
    await printed(() => restoreCommand(fresh, file, QUIET));
    assert.deepEqual(await rowsOf(fresh), await rowsOf(config));
    // The next server has no reason to take another one.
    const again = await startAppWith(t, { ...config, backups });
    await again.app.close();
    assert.equal(taken().length, 1);
  });

  test('says what is wrong', async (t) => {
    const config = await emptyPlace(t, engine);
    const { backups } = folderOf(t, (file) => backupProcess(config, file));
    await assert.rejects(backups.take(NEVER), /There is no (database|Minitter)/);
  });
});
