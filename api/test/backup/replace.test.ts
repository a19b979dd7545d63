import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { restoreCommand } from '../../src/command/backup.ts';
import type { Config } from '../../src/config.ts';
import { openStore } from '../../src/model/open.ts';
import { startAppWith } from '../kit/app.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET, rowsOf } from '../kit/backups.ts';
import { describeOnEngines, ENGINES } from '../kit/engines.ts';
import { until } from '../kit/model-until.ts';

const FORCED = { ...QUIET, force: true };
const picturesOf = ({ dataDir }: Config) => readdirSync(`${dataDir}/pictures`).sort();
const ADA = { email: 'ada@example.com', password: 'Ada likes long walks' };

async function deleteUser({ database }: Config, name: string): Promise<void> {
  const store = await openStore(database, { lock: false });
  await store.write(async (tx) => {
    await tx.deleteFrom('users').where('name', '=', name).execute();
  });
  await store.close();
}

describeOnEngines('a restore over a database with people', (engine) => {
  test('that fails leaves it as it was', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await livelyPlace(t, engine)];
    const file = await backupOf(old);
    const before = await rowsOf(other);
    const folder = (await emptyPlace(t, engine)).dataDir;
    // A file where the folder of pictures should be: all rows are loaded when it is noticed.
    writeFileSync(`${folder}/pictures`, '');
    await assert.rejects(restoreCommand({ ...other, dataDir: folder }, file, FORCED), /pictures/);

    assert.deepEqual(await rowsOf(other), before);
    const { call } = await startAppWith(t, other);
    assert.equal((await call('POST /login', { json: ADA })).status, 200);
  });

  test('gives no id again that it has given, whoever is in the backup', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await livelyPlace(t, engine)];
    const { app, join } = await startAppWith(t, other);
    assert.deepEqual([(await join('Yan')).id, (await join('Zoe')).id], [4, 5]);
    await app.close();
    await deleteUser(other, 'Zoe');
    await printed(async () => restoreCommand(other, await backupOf(old), FORCED));
    const after = await startAppWith(t, other);
    assert.equal((await after.join('Zoe')).id, 6);
  });

  test('ends all sessions, and has people log in again with the same key', async (t) => {
    const config = await livelyPlace(t, engine);
    const { app, call } = await startAppWith(t, config);
    const { body } = await call('POST /login', { json: ADA });
    const headers = { authorization: body.access_token };
    assert.equal((await call('GET /timeline', { headers })).status, 200);
    const file = await backupOf(config);
    await app.close();

    await printed(() => restoreCommand(config, file, FORCED));
    const after = await startAppWith(t, config);
    assert.equal((await after.call('GET /timeline', { headers })).status, 401);
    assert.equal((await after.call('POST /login', { json: ADA })).status, 200);
  });

  test('has the pictures deleted that nobody has any more, and no others', async (t) => {
    const [old, other] = [await livelyPlace(t, engine), await livelyPlace(t, engine)];
    await printed(async () => restoreCommand(other, await backupOf(old), FORCED));
    assert.equal(picturesOf(other).length, 2);
    await startAppWith(t, other);
    await until(() => picturesOf(other).length === 1);
    assert.deepEqual(picturesOf(other), picturesOf(old));
  });

  test('into the place where it was taken keeps its pictures', async (t) => {
    const config = await livelyPlace(t, engine);
    const pictures = picturesOf(config);
    await printed(async () => restoreCommand(config, await backupOf(config), FORCED));
    assert.deepEqual(await doomedIn(config), []);
    assert.deepEqual(picturesOf(config), pictures);
  });
});

async function doomedIn({ database }: Config): Promise<unknown[]> {
  const store = await openStore(database, { lock: false });
  const rows = await store.reader.selectFrom('doomed_objects').select('object').execute();
  await store.close();
  return rows;
}

test('a damaged SQLite file gives way to a backup', async (t) => {
  const [old, broken] = [await livelyPlace(t, 'sqlite'), await emptyPlace(t, 'sqlite')];
  const file = await backupOf(old);
  assert.ok(broken.database.engine === 'sqlite');
  writeFileSync(broken.database.file, 'this was a database once'.repeat(1000));
  await printed(() => restoreCommand(broken, file, FORCED));
  assert.deepEqual(await rowsOf(broken), await rowsOf(old));
});

test('a database that a command is using does not give way', async (t) => {
  const [old, other] = [await livelyPlace(t, 'sqlite'), await livelyPlace(t, 'sqlite')];
  const file = await backupOf(old);
  const before = await rowsOf(other);
  const store = await openStore(other.database, { lock: false });
  await assert.rejects(restoreCommand(other, file, FORCED), /A command is using/);
  await store.close();
  assert.deepEqual(await rowsOf(other), before);
});

if (ENGINES.includes('mysql')) {
  test('a backup goes from SQLite to MySQL and back, and nothing changes on the way', async (t) => {
    const old = await livelyPlace(t, 'sqlite');
    const [there, back] = [await emptyPlace(t, 'mysql'), await emptyPlace(t, 'sqlite')];
    await printed(async () => restoreCommand(there, await backupOf(old), QUIET));
    await printed(async () => restoreCommand(back, await backupOf(there), QUIET));
    assert.deepEqual(await rowsOf(back), await rowsOf(old));
    assert.deepEqual(picturesOf(back), picturesOf(old));
  });
}
