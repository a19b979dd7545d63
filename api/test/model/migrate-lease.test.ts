import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { LeaseDao } from '../../src/model/leases.ts';
import { migrate, type Migration, schemaVersion } from '../../src/model/migrate.ts';
import { migrations } from '../../src/model/migrations/index.ts';
import { openStore } from '../../src/model/open.ts';
import { atEnd } from '../kit/at-end.ts';
import { describeOnEngines, type Engine, freshDatabase, freshStore } from '../kit/engines.ts';
import { until } from '../kit/model-until.ts';

const MINUTE = 60_000;

const making = (version: number, table: string): Migration => ({
  version,
  name: table,
  steps: ({ createTable }) => createTable(table, { columns: ['id INTEGER'] }),
});

/** Two instances on one database. */
async function openTwice(t: TestContext, engine: Engine): Promise<Store[]> {
  const database = await freshDatabase(t, engine);
  const open = () => openStore(database, { lock: false });
  const stores = [await open(), await open()];
  atEnd(t, () => Promise.all(stores.map((store) => store.close())));
  return stores;
}

describeOnEngines('the lease on migrations', (engine) => {
  test('is waited for while another instance has it', async (t) => {
    const store = await freshStore(t, engine);
    const leases = new LeaseDao(store);
    await leases.acquire('migrate', 'another', await store.now(), MINUTE);
    let tries = 0;
    const counted = Object.create(store, {
      now: { value: () => ((tries += 1), store.now()) },
      write: { value: store.write.bind(store) },
      executeDdl: { value: store.executeDdl.bind(store) },
    }) as Store;

    let waits = 0;
    const migrating = migrate(counted, [making(101, 'later')], () => (waits += 1));
    await until(() => tries >= 3);
    assert.equal(waits, 1, 'told once');
    assert.equal(
      await schemaVersion(store),
      migrations.at(-1)?.version,
      'nothing is applied meanwhile',
    );

    await leases.release('migrate', 'another');
    assert.equal((await migrating).length, 1);
    assert.equal(await schemaVersion(store), 101);
  });

  test('of an instance that died is taken over when it has run out', async (t) => {
    const store = await freshStore(t, engine);
    await new LeaseDao(store).acquire('migrate', 'dead', (await store.now()) - 2 * MINUTE, MINUTE);

    assert.equal((await migrate(store, [making(101, 'later')])).length, 1);
  });

  test('is given back, by success and by failure', async (t) => {
    const store = await freshStore(t, engine);
    const broken = { version: 101, name: 'broken', steps: () => ['NO SQL'] };
    const canBeHad = async () =>
      new LeaseDao(store).acquire('migrate', 'somebody', await store.now(), 0);

    assert.equal(await canBeHad(), true);
    await assert.rejects(migrate(store, [broken]));
    assert.equal(await canBeHad(), true);
  });

  test('keeps the steps of many instances apart', async (t) => {
    const [one, two] = await openTwice(t, engine);
    assert.ok(one && two);
    let running = 0;
    let most = 0;
    const watched = (store: Store) =>
      Object.create(store, {
        now: { value: () => store.now() },
        write: { value: store.write.bind(store) },
        executeDdl: {
          value: async (sql: string) => {
            if (!sql.includes('step')) return store.executeDdl(sql);
            running += 1;
            most = Math.max(most, running);
            await store.executeDdl(sql);
            running -= 1;
          },
        },
      }) as Store;
    const todo = Array.from({ length: 10 }, (_, n) => making(n + 1, `step${n}`));

    const applied = await Promise.all([migrate(watched(one), todo), migrate(watched(two), todo)]);

    assert.equal(applied.flat().length, 10);
    assert.equal(most, 1);
  });
});
