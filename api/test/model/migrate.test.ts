import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { migrate, type Migration, schemaVersion } from '../../src/model/migrate.ts';
import { migrations } from '../../src/model/migrations/index.ts';
import { openStore } from '../../src/model/open.ts';
import type { Schema } from '../../src/model/schema.ts';
import { atEnd } from '../kit/at-end.ts';
import { describeOnEngines, freshDatabase, freshStore } from '../kit/engines.ts';

const TABLES: readonly (keyof Schema)[] = [
  'users',
  'users_follow_list',
  'tweets',
  'sessions',
  'idempotency_keys',
  'doomed_objects',
  'timeline_epochs',
  'timeline_viewers',
  'timeline_outbox',
  'leases',
  'schema_migrations',
];

/** A migration that makes one table. */
const making = (version: number, table: string, columns = ['id INTEGER']): Migration => ({
  version,
  name: table,
  steps: ({ createTable }) => createTable(table, { columns }),
});

const names = (applied: readonly Migration[]) => applied.map(({ name }) => name);

async function appliedVersions(store: Store): Promise<number[]> {
  const rows = await store.reader.selectFrom('schema_migrations').select('version').execute();
  return rows.map((row) => row.version);
}

describeOnEngines('migrations', (engine) => {
  test('bring an empty database up, and are run once', async (t) => {
    const store = await freshStore(t, engine);

    for (const table of TABLES) {
      assert.ok(Array.isArray(await store.reader.selectFrom(table).selectAll().execute()));
    }
    assert.equal(await schemaVersion(store), migrations.at(-1)?.version);
    assert.deepEqual(await migrate(store), []);
  });

  test('of two instances that start at once, are run by one', async (t) => {
    const database = await freshDatabase(t, engine);
    const stores = await Promise.all([
      openStore(database, { lock: false }),
      openStore(database, { lock: false }),
    ]);
    atEnd(t, () => Promise.all(stores.map((store) => store.close())));

    const applied = await Promise.all(stores.map((store) => migrate(store)));

    assert.deepEqual(
      applied.flat().map(({ name }) => name),
      names(migrations),
    );
  });

  test('that fail half-way are finished by the next run', async (t) => {
    const store = await freshStore(t, engine);
    const table = making(101, 'half');
    const broken = { ...table, steps: (dialect: never) => [...table.steps(dialect), 'NO SQL'] };

    await assert.rejects(migrate(store, [broken]));
    assert.ok(!(await appliedVersions(store)).includes(101));

    assert.deepEqual(names(await migrate(store, [table])), ['half']);
    assert.ok((await appliedVersions(store)).includes(101));
  });

  test('of a newer release are no trouble to an older one', async (t) => {
    const store = await freshStore(t, engine);
    await migrate(store, [...migrations, making(102, 'newer')]);

    assert.deepEqual(await migrate(store), []);
    assert.equal(await schemaVersion(store), 102);
  });
});
