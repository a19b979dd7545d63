/** What only MySQL can do to us: deadlocks, a line that breaks, text that does not fit. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type Store, StoreUnavailable } from '../../src/model/database.ts';
import { migrate } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { UserDao } from '../../src/model/users.ts';
import { atEnd } from '../kit/at-end.ts';
import { cuttableProxy } from '../kit/cuttable-proxy.ts';
import { ENGINES, freshDatabase, freshStore } from '../kit/engines.ts';
import { addUser, newUser } from '../kit/rows.ts';

async function freshMysql(t: TestContext) {
  const database = await freshDatabase(t, 'mysql');
  assert.ok(database.engine === 'mysql');
  return database;
}

/** A store whose line to the server can be cut. */
async function storeOnLine(t: TestContext) {
  const database = await freshMysql(t);
  const url = new URL(database.url);
  const line = await cuttableProxy(t, Number(url.port));
  url.port = String(line.port);
  const store = await openStore({ ...database, url: url.href }, { lock: true });
  atEnd(t, () => store.close());
  await migrate(store);
  return { store, line };
}

async function names(store: Store): Promise<string[]> {
  const rows = await store.reader.selectFrom('users').select('name').orderBy('name').execute();
  return rows.map(({ name }) => name);
}

if (ENGINES.includes('mysql')) {
  test('two units in a certain deadlock both succeed, and one of them has run again', async (t) => {
    const store = await freshStore(t, 'mysql');
    const users = new UserDao(store);
    const [ada, grace] = [await addUser(store, 'ada'), await addUser(store, 'grace')];
    const bothHaveOne = Promise.withResolvers<void>();
    let runs = 0;
    let waiting = 0;
    const crossing = (first: number, second: number, picture: string) =>
      store.write(async (tx) => {
        runs += 1;
        await users.update(tx, first, { profile_picture: picture }, 2000);
        waiting += 1;
        if (waiting === 2) bothHaveOne.resolve();
        // The second run of the one that lost finds this long done.
        await bothHaveOne.promise;
        await users.update(tx, second, { profile_picture: picture }, 2000);
      });

    await Promise.all([crossing(ada, grace, 'disk:a'), crossing(grace, ada, 'disk:b')]);

    assert.ok(runs > 2, 'they did meet');
    const pictures = await store.reader.selectFrom('users').select('profile_picture').execute();
    assert.equal(new Set(pictures.map((row) => row.profile_picture)).size, 1, 'one came last');
  });

  test('a line that breaks within a unit is an unavailable database, and nothing is stored', async (t) => {
    const { store, line } = await storeOnLine(t);
    const users = new UserDao(store);

    const broken = store.write(async (tx) => {
      await users.insert(tx, newUser('half'));
      line.cut();
      await users.insert(tx, newUser('other half'));
    });
    await assert.rejects(broken, StoreUnavailable);

    line.mend();
    await addUser(store, 'next');
    assert.deepEqual(await names(store), ['next']);
  });

  test('a unit that gives up when its line has broken is told its own reason', async (t) => {
    const { store, line } = await storeOnLine(t);
    const users = new UserDao(store);

    const broken = store.write(async (tx) => {
      await users.insert(tx, newUser('half'));
      line.cut();
      // The first meets the break, the second a connection that is known to be broken.
      await assert.rejects(users.insert(tx, newUser('other half')), StoreUnavailable);
      await assert.rejects(users.insert(tx, newUser('the rest')), StoreUnavailable);
      throw new Error('changed my mind');
    });

    await assert.rejects(broken, { message: 'changed my mind' });
    line.mend();
    assert.deepEqual(await names(store), []);
  });

  test('while the server is away everything is unavailable; when it is back all is well', async (t) => {
    const { store, line } = await storeOnLine(t);
    await addUser(store, 'before');

    line.cut();
    await assert.rejects(addUser(store, 'meanwhile'), StoreUnavailable);
    await assert.rejects(names(store), StoreUnavailable);

    line.mend();
    await addUser(store, 'after');
    assert.deepEqual(await names(store), ['after', 'before']);
  });

  test('text that is too long is refused, not cut', async (t) => {
    const store = await freshStore(t, 'mysql');
    await assert.rejects(addUser(store, 'ada', { locale: 'x'.repeat(17) }), /too long/i);
    assert.deepEqual(await names(store), []);
  });

  test('a unit sees what its neighbours have committed since it began', async (t) => {
    const store = await freshStore(t, 'mysql');
    const users = new UserDao(store);

    await store.write(async (tx) => {
      assert.equal(await users.findByEmailKey('ada@example.com', tx), undefined);
      await addUser(store, 'ada');
      assert.equal((await users.findByEmailKey('ada@example.com', tx))?.name, 'ada');
    });
  });

  test('a wrong password and a missing database are told in a sentence without the password', async (t) => {
    const database = await freshMysql(t);
    const openWith = async (change: (url: URL) => void) => {
      const url = new URL(database.url);
      change(url);
      const error = await openStore({ ...database, url: url.href }, { lock: true }).catch(
        (reason: unknown) => reason,
      );
      assert.ok(error instanceof Error);
      return error.message;
    };

    const wrong = await openWith((url) => {
      url.password = 'dragon';
    });
    assert.match(wrong, /^The MySQL database minitter_\w+ at .* cannot be used: Access denied/);
    assert.doesNotMatch(wrong, /dragon/);
    const missing = await openWith((url) => {
      url.pathname = '/nowhere';
    });
    assert.match(missing, /^The MySQL database nowhere at .* cannot be used: Unknown database/);
  });
}
