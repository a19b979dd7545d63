/** All tables at once, also those that are still to come: the rows are made from the list of tables. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { DiskObjectStore } from '../../src/adapter/object-store/disk.ts';
import { restoreCommand, verifyCommand } from '../../src/command/backup.ts';
import type { Config } from '../../src/config.ts';
import { migrate } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { KEPT_TABLES } from '../../src/model/tables.ts';
import { backupOf, emptyPlace, livelyPlace, printed, QUIET, rowsOf } from '../kit/backups.ts';
import { describeOnEngines, type Engine, ENGINES } from '../kit/engines.ts';
import { fillEveryTable, ROWS } from '../kit/every-table.ts';

const keyOf = (object: string) => object.slice('disk:'.length);

/** A place with rows in every table, and all the pictures that they name. */
async function fullPlace(t: TestContext, engine: Engine): Promise<Config> {
  const config = await emptyPlace(t, engine);
  const store = await openStore(config.database, { lock: true });
  await migrate(store);
  const pictures = new DiskObjectStore(`${config.dataDir}/pictures`);
  for (const object of await fillEveryTable(store)) {
    await pictures.put(keyOf(object), Buffer.from(object));
  }
  await store.close();
  return config;
}

for (const from of ENGINES) {
  for (const to of ENGINES) {
    test(`rows of every table, and their pictures, go from ${from} to ${to}`, async (t) => {
      const [old, fresh] = [await fullPlace(t, from), await emptyPlace(t, to)];
      const before = await rowsOf(old);
      for (const { name } of KEPT_TABLES) assert.ok((before[name]?.length ?? 0) > 0, name);
      const file = await backupOf(old);
      const found = JSON.parse(await printed(() => verifyCommand(file, { json: true })));
      assert.equal(found.lost, 0);
      await printed(() => restoreCommand(fresh, file, QUIET));
      assert.deepEqual(await rowsOf(fresh), before);
      const pictures = readdirSync(`${fresh.dataDir}/pictures`);
      const columns = KEPT_TABLES.flatMap(({ objects }) => objects);
      assert.equal(pictures.length, columns.length * ROWS);
      const store = new DiskObjectStore(`${fresh.dataDir}/pictures`);
      for (const key of pictures)
        assert.equal(Buffer.from((await store.get(key)) ?? []).toString(), `disk:${key}`);
    });
  }
}

describeOnEngines('a restore over rows in every table', (engine) => {
  test('leaves none of them, and has their pictures deleted', async (t) => {
    const [full, lively] = [await fullPlace(t, engine), await livelyPlace(t, engine)];
    const file = await backupOf(lively);
    await printed(() => restoreCommand(full, file, { ...QUIET, force: true }));
    assert.deepEqual(await rowsOf(full), await rowsOf(lively));
    const store = await openStore(full.database, { lock: false });
    const doomed = await store.readRows({
      sql: 'SELECT object FROM doomed_objects',
      parameters: [],
    });
    await store.close();
    const columns = KEPT_TABLES.flatMap(({ objects }) => objects);
    assert.equal(doomed.length, columns.length * ROWS);
  });
});

if (ENGINES.includes('mysql')) {
  test('a MySQL database of a newer Minitter is not restored into: its other rows would stay', async (t) => {
    const [old, newer] = [await livelyPlace(t, 'sqlite'), await emptyPlace(t, 'mysql')];
    const file = await backupOf(old);
    const store = await openStore(newer.database, { lock: false });
    await migrate(store);
    const sql = "INSERT INTO schema_migrations (version, name, applied_at) VALUES (999, 'x', 1)";
    await store.writeOne(() => ({ sql, parameters: [] }));
    await store.close();
    for (const force of [false, true]) {
      await assert.rejects(
        restoreCommand(newer, file, { ...QUIET, force }),
        /A newer Minitter has brought the MySQL database to version 999.*empty/s,
      );
    }
  });
}
