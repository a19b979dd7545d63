import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ForeignKeyViolation,
  type Store,
  StoreBusy,
  type Tx,
  UniqueViolation,
} from '../../src/model/database.ts';
import { migrate } from '../../src/model/migrate.ts';
import { openStore } from '../../src/model/open.ts';
import { UserDao } from '../../src/model/users.ts';
import { atEnd } from '../kit/at-end.ts';
import { describeOnEngines, freshDatabase, freshStore } from '../kit/engines.ts';
import { addUser, newUser } from '../kit/rows.ts';

async function emailKeys(store: Store): Promise<string[]> {
  const rows = await store.reader.selectFrom('users').select('email_key').orderBy('id').execute();
  return rows.map((row) => row.email_key);
}

describeOnEngines('a store', (engine) => {
  test('stores all of a unit, or nothing', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);

    const failing = store.write(async (tx) => {
      await users.insert(tx, newUser('ada'));
      await users.insert(tx, newUser('grace'));
      throw new Error('changed my mind');
    });

    await assert.rejects(failing, { message: 'changed my mind' });
    assert.deepEqual(await emailKeys(store), []);
  });

  test('shows a unit its own writes, and others only what is committed', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);

    await store.write(async (tx) => {
      const id = await users.insert(tx, newUser('ada'));
      assert.equal((await users.findById(id, tx))?.name, 'ada');
      assert.equal(await users.findById(id), undefined);
    });

    assert.deepEqual(await emailKeys(store), ['ada@example.com']);
  });

  test('lets a unit fail without its neighbours', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    await addUser(store, 'taken');

    const outcomes = await Promise.allSettled([
      addUser(store, 'ada'),
      addUser(store, 'taken'),
      store.write(async (tx) => {
        await users.insert(tx, newUser('half'));
        throw new Error('no');
      }),
      addUser(store, 'grace'),
    ]);

    assert.deepEqual(
      outcomes.map(({ status }) => status),
      ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
    );
    assert.deepEqual((await emailKeys(store)).toSorted(), [
      'ada@example.com',
      'grace@example.com',
      'taken@example.com',
    ]);
  });

  test('goes on within a unit after an error that the unit has caught', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    await addUser(store, 'taken');

    await store.write(async (tx) => {
      await assert.rejects(users.insert(tx, newUser('taken')), UniqueViolation);
      await users.insert(tx, newUser('other'));
    });

    assert.deepEqual(await emailKeys(store), ['taken@example.com', 'other@example.com']);
  });

  test('names the key that exists already in the same words on each engine', async (t) => {
    const store = await freshStore(t, engine);
    await addUser(store, 'ada');
    const namedBy = async (unit: (tx: Tx) => Promise<unknown>) => {
      const error = await store.write(unit).catch((reason: unknown) => reason);
      assert.ok(error instanceof UniqueViolation);
      return error.constraint;
    };
    const users = new UserDao(store);
    const key = { key_hash: 'k', fingerprint: 'f', result_id: 1, created_at: 1 };

    const email = newUser('ada', { username_key: 'other' });
    assert.equal(await namedBy((tx) => users.insert(tx, email)), 'users_email_key');
    const username = newUser('ada', { email_key: 'other' });
    assert.equal(await namedBy((tx) => users.insert(tx, username)), 'users_username_key');
    const insertKey = (tx: Tx) => tx.insertInto('idempotency_keys').values(key).execute();
    await store.write(insertKey);
    assert.equal(await namedBy(insertKey), 'PRIMARY');
  });

  test('refuses a row that refers to nobody', async (t) => {
    const store = await freshStore(t, engine);
    const follow = { user_id: 1, follow_user_id: 2, created_at: 1 };

    await assert.rejects(
      store.write((tx) => tx.insertInto('users_follow_list').values(follow).execute()),
      ForeignKeyViolation,
    );
  });

  test('lands two hundred concurrent units', async (t) => {
    const store = await freshStore(t, engine);
    const names = Array.from({ length: 200 }, (_, n) => `user${n}`);

    const ids = await Promise.all(names.map((name) => addUser(store, name)));

    assert.equal(new Set(ids).size, 200);
    assert.equal((await emailKeys(store)).length, 200);
  });

  test('lets two units that wait for each other both succeed', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const [ada, grace] = [await addUser(store, 'ada'), await addUser(store, 'grace')];
    const touchBoth = (first: number, second: number) =>
      store.write(async (tx) => {
        await users.update(tx, first, { hashed_password: 'x' }, 2000);
        await users.update(tx, second, { hashed_password: 'x' }, 2000);
      });

    for (let round = 0; round < 10; round += 1) {
      await Promise.all([touchBoth(ada, grace), touchBoth(grace, ada)]);
    }

    assert.equal((await users.findById(ada))?.updated_at, 2000);
  });

  test('keeps text and large numbers exactly, and tells letters apart', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const profile = '안녕하세요 👨‍👩‍👧‍👦 \u{1F600} é “—” \\ \' " % _ \n\ttail ';

    const id = await addUser(store, 'ada', { profile, created_at: Number.MAX_SAFE_INTEGER });
    await addUser(store, 'Ada', { email_key: 'Ada@example.com', username_key: 'Ada' });

    const user = await users.findById(id);
    assert.equal(user?.profile, profile);
    assert.equal(user.created_at, Number.MAX_SAFE_INTEGER);
    assert.equal((await users.findByEmailKey('Ada@example.com'))?.name, 'Ada');
  });

  test('ends a unit: its transaction cannot be used afterwards', async (t) => {
    const store = await freshStore(t, engine);
    let kept: Tx | undefined;
    await store.write(async (tx) => {
      kept = tx;
      await tx.selectFrom('users').select('id').execute();
    });

    await assert.rejects(async () => kept?.deleteFrom('users').execute());
  });

  test('stores what was waiting before it closes', async (t) => {
    const database = await freshDatabase(t, engine);
    const store = await openStore(database, { lock: true });
    await migrate(store);

    const writes = Array.from({ length: 20 }, (_, n) => addUser(store, `user${n}`));
    await Promise.all([...writes, engine === 'sqlite' ? store.close() : Promise.all(writes)]);
    if (engine === 'mysql') await store.close();

    const again = await openStore(database, { lock: true });
    atEnd(t, () => again.close());
    assert.equal((await emailKeys(again)).length, 20);
  });

  test('turns away units when too many are waiting', async (t) => {
    const database = await freshDatabase(t, engine);
    const store = await openStore({ ...database, writeQueue: 3 }, { lock: true });
    atEnd(t, () => store.close());

    const read = (tx: Tx) => tx.selectFrom('users').select('id').execute();
    await migrate(store);

    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => store.write(read)));

    const turnedAway = outcomes.filter(({ status }) => status === 'rejected');
    assert.ok(turnedAway.length > 0 && turnedAway.length < 20);
    for (const outcome of turnedAway) {
      assert.ok(outcome.status === 'rejected' && outcome.reason instanceof StoreBusy);
    }
  });
});

test('a MySQL server that cannot be reached is one readable sentence', async () => {
  const url = 'mysql://nobody:secret@127.0.0.1:1/minitter';
  await assert.rejects(
    openStore({ engine: 'mysql', url, poolSize: 1, writeQueue: 1 }, { lock: true }),
    {
      message: /^The MySQL database minitter at 127\.0\.0\.1:1 cannot be used: /,
    },
  );
});
