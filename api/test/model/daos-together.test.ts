/** What the DAOs promise when several ask at once, and at the edges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeignKeyViolation, UniqueViolation } from '../../src/model/database.ts';
import { DoomedObjectDao } from '../../src/model/doomed-objects.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { IdempotencyKeyDao } from '../../src/model/idempotency-keys.ts';
import { LeaseDao } from '../../src/model/leases.ts';
import { SessionDao } from '../../src/model/sessions.ts';
import { TweetIds } from '../../src/model/tweet-ids.ts';
import { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addTweet, addUser, newUser, tweetDao, USUAL_SETTINGS } from '../kit/rows.ts';

const times = <T>(count: number, make: (n: number) => T): T[] =>
  Array.from({ length: count }, (_, n) => make(n));

const session = (userId: number, jti: string, expiresAt: number) => ({
  jti,
  user_id: userId,
  app_id: null,
  scopes: 'read',
  created_at: 1,
  last_used_at: 1,
  expires_at: expiresAt,
  revoked_at: null,
});

describeOnEngines('UserDao', (engine) => {
  test('locks a picture: of those who change it at once, none overlooks another', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const ada = await addUser(store, 'Ada', { profile_picture: '' });
    const addOne = () =>
      store.write(async (tx) => {
        const before = await users.lock(tx, ada);
        const after = `${before?.profile_picture}x`;
        await users.update(tx, ada, { profile_picture: after }, 2000);
      });

    await Promise.all(times(20, addOne));

    assert.equal((await users.findById(ada))?.profile_picture, 'x'.repeat(20));
    assert.equal(await store.write((tx) => users.lock(tx, ada + 1)), undefined);
  });

  test('changes what it is told to, and nothing else', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    const change = {
      hashed_password: 'another',
      profile_picture: null,
      state: 'suspended',
      username: 'countess',
      username_key: 'countess',
    } as const;

    await store.write((tx) => users.update(tx, ada, change, 2000));

    const expected = {
      id: ada,
      ...newUser('Ada'),
      ...USUAL_SETTINGS,
      ...change,
      updated_at: 2000,
    };
    assert.deepEqual({ ...(await users.findById(ada)) }, expected);
    assert.equal(await users.findByUsernameKey('ada'), undefined);
    assert.equal((await users.findById(grace))?.updated_at, 1000);
  });

  test('refuses to change a user name into one that somebody has', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const ada = await addUser(store, 'Ada');
    await addUser(store, 'Grace');

    await assert.rejects(
      store.write((tx) => users.update(tx, ada, { username_key: 'grace' }, 2000)),
      (error) => error instanceof UniqueViolation && error.constraint === 'users_username_key',
    );
    assert.equal((await users.findById(ada))?.updated_at, 1000);
  });

  test('lists the users in a state from a given one on', async (t) => {
    const store = await freshStore(t, engine);
    const ids: number[] = [];
    for (const name of ['a', 'b', 'c', 'd']) {
      ids.push(await addUser(store, name, { state: name === 'b' ? 'active' : 'pending' }));
    }

    const after = await new UserDao(store).list(ids[0] ?? 0, { state: 'pending' });
    assert.deepEqual(
      after.map(({ name }) => name),
      ['c', 'd'],
    );
  });
});

describeOnEngines('FollowDao', (engine) => {
  test('stores once what many ask at once, and leaves nothing of a deleted user', async (t) => {
    const store = await freshStore(t, engine);
    const follows = new FollowDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    const follow = (who: number, whom: number) =>
      store.write((tx) => follows.insert(tx, who, whom, 1));

    await Promise.all(times(10, () => [follow(ada, grace), follow(grace, ada)]).flat());
    assert.deepEqual(await follows.followedBy(ada), [grace]);
    assert.deepEqual(await follows.followedBy(grace), [ada]);

    await store.write((tx) => tx.deleteFrom('users').where('id', '=', ada).execute());
    const left = await store.reader.selectFrom('users_follow_list').selectAll().execute();
    assert.deepEqual(left, []);
  });
});

describeOnEngines('TweetDao', (engine) => {
  test('lands every tweet of two instances that share a node by mistake', async (t) => {
    const store = await freshStore(t, engine);
    const ada = await addUser(store, 'Ada');
    const now = () => Date.UTC(2026, 0, 1);
    const [one, two] = times(
      2,
      () => new TweetDao(store, new TweetIds({ node: () => 0, above: 0, now })),
    );
    assert.ok(one && two);

    const ids: number[] = [];
    for (let n = 0; n < 4; n += 1) ids.push((await addTweet(store, one, ada)).id);
    ids.push((await addTweet(store, two, ada)).id);

    assert.equal(new Set(ids).size, 5);
    assert.equal(await TweetDao.highestId(store), Math.max(...ids));
  });

  test('gives up when no id is free, and stores nothing of the unit', async (t) => {
    const store = await freshStore(t, engine);
    const ada = await addUser(store, 'Ada');
    const stuck = new TweetDao(store, { next: () => 5 } as unknown as TweetIds);
    const first = await addTweet(store, stuck, ada);

    const second = store.write(async (tx) => {
      await new UserDao(store).insert(tx, newUser('Grace'));
      await stuck.insert(tx, { user_id: ada, tweet: 'second', visibility: 0 });
    });

    await assert.rejects(second, UniqueViolation);
    assert.deepEqual({ ...(await stuck.findById(5)) }, first);
    assert.equal(await new UserDao(store).findByUsernameKey('grace'), undefined);
  });

  test('takes reblogs away with a tweet, keeps replies, and refuses both for no tweet', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const ada = await addUser(store, 'Ada');
    const { id } = await addTweet(store, tweets, ada);
    const reply = await addTweet(store, tweets, ada, { reply_to_id: id });
    const reblog = await addTweet(store, tweets, ada, { reblog_of_id: id, tweet: '' });

    await store.write((tx) => tweets.delete(tx, id));

    assert.deepEqual({ ...(await tweets.findById(reply.id)) }, { ...reply, reply_to_id: null });
    assert.equal(await tweets.findById(reblog.id), undefined);
    for (const toNothing of [{ reply_to_id: id }, { reblog_of_id: id }]) {
      await assert.rejects(addTweet(store, tweets, ada, toNothing), ForeignKeyViolation);
    }
  });
});

describeOnEngines('SessionDao', (engine) => {
  test('refuses a session twice, or of nobody; one that runs out just now is kept', async (t) => {
    const store = await freshStore(t, engine);
    const sessions = new SessionDao(store);
    const ada = await addUser(store, 'Ada');
    const insert = (userId: number, jti: string) =>
      store.write((tx) => sessions.insert(tx, session(userId, jti, 100)));

    await insert(ada, 'a');
    await assert.rejects(insert(ada, 'a'), UniqueViolation);
    await assert.rejects(insert(ada + 1, 'b'), ForeignKeyViolation);
    await insert(ada, 'A');

    await store.write((tx) => sessions.deleteExpired(tx, 100));
    assert.equal((await sessions.find('a'))?.jti, 'a');
    assert.equal((await sessions.find('A'))?.jti, 'A');
  });
});

describeOnEngines('IdempotencyKeyDao, DoomedObjectDao and LeaseDao', (engine) => {
  test('of units that use a key at once one succeeds', async (t) => {
    const store = await freshStore(t, engine);
    const keys = new IdempotencyKeyDao();
    const insert = (n: number) => {
      const key = { key_hash: 'same', fingerprint: 'f', result_id: n, created_at: 1 };
      return store.write((tx) => keys.insert(tx, key));
    };

    const outcomes = await Promise.allSettled(times(5, insert));

    const failed = outcomes.filter((outcome) => outcome.status === 'rejected');
    assert.equal(failed.length, 4);
    for (const { reason } of failed) assert.ok(reason instanceof UniqueViolation);
  });

  test('a hundred objects are due at a time, the longest due first', async (t) => {
    const store = await freshStore(t, engine);
    const doomed = new DoomedObjectDao(store);
    await store.write(async (tx) => {
      for (let n = 0; n < 103; n += 1) await doomed.doom(tx, `disk:${n}`, 1000 - n);
    });

    assert.deepEqual(
      await doomed.due(1000),
      times(100, (n) => `disk:${102 - n}`),
    );
  });

  test('of those who want a lease at once one gets it', async (t) => {
    const store = await freshStore(t, engine);
    const acquire = (n: number) => new LeaseDao(store).acquire('job', `holder${n}`, 1000, 500);

    const outcomes = await Promise.all(times(10, acquire));

    assert.equal(outcomes.filter(Boolean).length, 1);
  });
});
