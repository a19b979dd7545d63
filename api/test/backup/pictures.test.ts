import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { makeObjectStores } from '../../src/app/adapters.ts';
import { writeBackup } from '../../src/backup/write.ts';
import { backupCommand, restoreCommand, verifyCommand } from '../../src/command/backup.ts';
import type { Config } from '../../src/config.ts';
import { openBackupSource } from '../../src/model/snapshot.ts';
import { startAppWith } from '../kit/app.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET } from '../kit/backups.ts';
import { describeOnEngines, type Engine } from '../kit/engines.ts';
import { formOf, pngOf } from '../kit/http-pictures.ts';
import { freshBucket, HAS_S3 } from '../kit/s3.ts';

const SILENT = { start: () => {}, advance: () => {}, finish: () => {} };
const picturesOf = ({ dataDir }: Config) => readdirSync(`${dataDir}/pictures`);

/** A running server with Ada, who has a red picture and can get another one. */
async function withPicture(t: TestContext, engine: Engine) {
  const config = await emptyPlace(t, engine);
  const { call, join } = await startAppWith(t, config);
  const ada = await join('Ada');
  const upload = async (color: string) => {
    const raw = formOf(['profile-pic', await pngOf(color)]);
    assert.equal((await call('POST /profile-picture', { as: ada, raw })).status, 200);
  };
  await upload('red');
  return { config, upload };
}

describeOnEngines('pictures in a backup', (engine) => {
  test('are those of its moment, also when they are replaced meanwhile', async (t) => {
    const { config, upload } = await withPicture(t, engine);
    const [red] = picturesOf(config);
    const source = await openBackupSource(config.database);
    await upload('blue');
    const file = `${config.dataDir}/a.backup`;
    const objects = (await makeObjectStores(config)).all;
    const summary = await writeBackup({ file, source, objects, version: '1', watcher: SILENT });
    assert.deepEqual([summary.objects, summary.lost], [1, 0]);
    assert.equal(picturesOf(config).length, 2);

    // Afterwards nothing keeps the old ones any more.
    await source.close();
    await upload('green');
    assert.equal(picturesOf(config).length, 1);

    const fresh = await emptyPlace(t, engine);
    await printed(() => restoreCommand(fresh, file, QUIET));
    assert.deepEqual(picturesOf(fresh), [red]);
  });

  test('are read by one backup at a time', async (t) => {
    const { config } = await withPicture(t, engine);
    const file = `${config.dataDir}/a.backup`;
    const source = await openBackupSource(config.database);
    await assert.rejects(backupCommand(config, file, QUIET), /Another backup is under way/);
    await source.close();
    await printed(() => backupCommand(config, file, QUIET));
    await printed(() => verifyCommand(file, QUIET));
  });
});

if (HAS_S3) {
  test('pictures go from a folder to a bucket, and back', async (t) => {
    const folder = await livelyPlace(t, 'sqlite');
    const bucket = { ...(await emptyPlace(t, 'sqlite')), s3: await freshBucket(t) };
    await printed(async () => restoreCommand(bucket, await backupOf(folder), QUIET));
    const { call, app } = await startAppWith(t, bucket);
    const { status, headers } = await call('GET /profile-picture/1');
    assert.equal(status, 302);
    const response = await fetch(headers.get('location') ?? '');
    assert.equal(response.headers.get('content-type'), 'image/png');
    const [name = ''] = picturesOf(folder);
    const bytes = readFileSync(`${folder.dataDir}/pictures/${name}`);
    assert.deepEqual(Buffer.from(await response.arrayBuffer()), bytes);
    await app.close();

    const back = await emptyPlace(t, 'sqlite');
    await printed(async () => restoreCommand(back, await backupOf(bucket), QUIET));
    assert.deepEqual(picturesOf(back), [name]);
    assert.deepEqual(readFileSync(`${back.dataDir}/pictures/${name}`), bytes);
  });
}
