import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ForeignKeyViolation } from '../../src/model/database.ts';
import { DoomedObjectDao } from '../../src/model/doomed-objects.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { IdempotencyKeyDao } from '../../src/model/idempotency-keys.ts';
import { type Session, SessionDao } from '../../src/model/sessions.ts';
import { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addTweet, addUser, newUser, tweetDao, USUAL_SETTINGS } from '../kit/rows.ts';

function session(userId: number, changes: Partial<Session> = {}): Session {
  return {
    jti: 'jti-1',
    user_id: userId,
    app_id: null,
    scopes: 'read',
    created_at: 1,
    last_used_at: 1,
    expires_at: 100,
    revoked_at: null,
    ...changes,
  };
}

describeOnEngines('UserDao', (engine) => {
  test('finds whom it has stored, by id and by either key', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const id = await addUser(store, 'Ada', { profile: 'Counts.' });

    const ada = newUser('Ada', { profile: 'Counts.' });
    const expected = { id, ...ada, ...USUAL_SETTINGS, updated_at: 1000 };
    assert.deepEqual({ ...(await users.findById(id)) }, expected);
    assert.equal((await users.findByEmailKey('ada@example.com'))?.id, id);
    assert.equal((await users.findByUsernameKey('ada'))?.id, id);
    assert.equal(await users.findById(id + 1), undefined);
    assert.equal(await users.findByEmailKey('ADA@example.com'), undefined);
  });

  test('changes updated_at with the row, and says whether there was one', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const id = await addUser(store, 'Ada');
    const update = (userId: number) =>
      store.write((tx) => users.update(tx, userId, { profile_picture: 'disk:a.png' }, 2000));

    assert.equal(await update(id), true);
    assert.equal(await update(id), true);
    assert.equal(await update(id + 1), false);

    const user = await users.findById(id);
    assert.deepEqual([user?.created_at, user?.updated_at], [1000, 2000]);
    assert.equal(user?.profile_picture, 'disk:a.png');
    const locked = await store.write((tx) => users.lock(tx, id));
    assert.deepEqual({ ...locked }, { ...user });
  });

  test('never gives an id twice', async (t) => {
    const store = await freshStore(t, engine);
    const first = await addUser(store, 'Ada');
    await store.write((tx) => tx.deleteFrom('users').where('id', '=', first).execute());

    assert.ok((await addUser(store, 'Ada')) > first);
  });

  test('lists everybody in pages, and the ones in a state', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    for (let n = 0; n < 105; n += 1) {
      await addUser(store, `user${n}`, n < 2 ? { state: 'pending' } : {});
    }

    const first = await users.list(0);
    const second = await users.list(first.at(-1)?.id ?? 0);
    assert.deepEqual([first.length, second.length], [100, 5]);
    assert.deepEqual(
      (await users.list(0, { state: 'pending' })).map(({ name }) => name),
      ['user0', 'user1'],
    );
    const taken = await store.write((tx) => users.takenUsernameKeys(tx, ['user1', 'nobody']));
    assert.deepEqual(taken, new Set(['user1']));
  });

  test('takes with a user all that was his', async (t) => {
    const store = await freshStore(t, engine);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    const tweets = await tweetDao(store);
    const follows = new FollowDao(store);
    const sessions = new SessionDao(store);
    const original = await addTweet(store, tweets, ada);
    const reply = await addTweet(store, tweets, grace, { reply_to_id: original.id });
    const reblog = await addTweet(store, tweets, grace, { reblog_of_id: original.id });
    await store.write(async (tx) => {
      await follows.insert(tx, ada, grace, 1);
      await follows.insert(tx, grace, ada, 1);
      await sessions.insert(tx, session(ada));
    });

    await store.write((tx) => tx.deleteFrom('users').where('id', '=', ada).execute());

    assert.equal(await tweets.findById(original.id), undefined);
    assert.equal((await tweets.findById(reply.id))?.reply_to_id, null);
    assert.equal(await tweets.findById(reblog.id), undefined);
    assert.deepEqual(await follows.followedBy(grace), []);
    assert.equal(await sessions.find('jti-1'), undefined);
  });
});

describeOnEngines('FollowDao', (engine) => {
  test('follows once, however often it is told, and not nobody', async (t) => {
    const store = await freshStore(t, engine);
    const follows = new FollowDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    const follow = (whom: number) => store.write((tx) => follows.insert(tx, ada, whom, 1));

    await follow(grace);
    await follow(grace);
    assert.deepEqual(await follows.followedBy(ada), [grace]);
    assert.deepEqual(await follows.followedBy(grace), []);
    await assert.rejects(follow(grace + 1), ForeignKeyViolation);

    await store.write((tx) => follows.delete(tx, ada, grace));
    await store.write((tx) => follows.delete(tx, ada, grace));
    assert.deepEqual(await follows.followedBy(ada), []);
  });
});

describeOnEngines('TweetDao', (engine) => {
  test('stores a tweet under a new id, above all there are', async (t) => {
    const store = await freshStore(t, engine);
    const ada = await addUser(store, 'Ada');
    assert.equal(await TweetDao.highestId(store), 0);

    const first = await addTweet(store, await tweetDao(store), ada);
    const tweets = await tweetDao(store);
    const second = await addTweet(store, tweets, ada, { tweet: '안녕' });

    assert.ok(second.id > first.id);
    assert.equal(await TweetDao.highestId(store), second.id);
    assert.deepEqual({ ...(await tweets.findById(second.id)) }, second);
  });

  test('takes another id when its own is taken', async (t) => {
    const store = await freshStore(t, engine);
    const ada = await addUser(store, 'Ada');
    const ids = [5, 5, 6];
    const stuck = new TweetDao(store, { next: () => ids.shift() ?? 0 } as never);

    await addTweet(store, stuck, ada);
    assert.equal((await addTweet(store, stuck, ada)).id, 6);
  });

  test('refuses a tweet of nobody, and says whether there was one to delete', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    await assert.rejects(addTweet(store, tweets, 7), ForeignKeyViolation);

    const { id } = await addTweet(store, tweets, await addUser(store, 'Ada'));
    assert.equal(await store.write((tx) => tweets.delete(tx, id)), true);
    assert.equal(await store.write((tx) => tweets.delete(tx, id)), false);
  });
});

describeOnEngines('SessionDao', (engine) => {
  test('finds a session with the state of its user; revoking is for good', async (t) => {
    const store = await freshStore(t, engine);
    const sessions = new SessionDao(store);
    const ada = await addUser(store, 'Ada', { state: 'suspended' });
    await store.write((tx) => sessions.insert(tx, session(ada)));

    const found = { ...(await sessions.find('jti-1')) };
    assert.deepEqual(found, { ...session(ada), user_state: 'suspended' });
    assert.equal(await sessions.find('jti-2'), undefined);

    await store.write((tx) => sessions.touch(tx, 'jti-1', 50));
    await store.write((tx) => sessions.revoke(tx, 'jti-1', 60));
    await store.write((tx) => sessions.revoke(tx, 'jti-1', 70));
    const ended = await sessions.find('jti-1');
    assert.deepEqual([ended?.last_used_at, ended?.revoked_at], [50, 60]);
  });

  test('forgets what has run out, and nothing else', async (t) => {
    const store = await freshStore(t, engine);
    const sessions = new SessionDao(store);
    const ada = await addUser(store, 'Ada');
    await store.write(async (tx) => {
      await sessions.insert(tx, session(ada, { jti: 'old', expires_at: 99 }));
      await sessions.insert(tx, session(ada, { jti: 'live', expires_at: 101 }));
    });

    await store.write((tx) => sessions.deleteExpired(tx, 100));

    assert.equal(await sessions.find('old'), undefined);
    assert.ok(await sessions.find('live'));
  });
});

describeOnEngines('IdempotencyKeyDao and DoomedObjectDao', (engine) => {
  test('a key is found until it is too old', async (t) => {
    const store = await freshStore(t, engine);
    const keys = new IdempotencyKeyDao();
    const key = { key_hash: 'a', fingerprint: 'b', result_id: 7, created_at: 100 };
    await store.write((tx) => keys.insert(tx, key));

    await store.write((tx) => keys.deleteOlder(tx, 100));
    assert.deepEqual({ ...(await store.write((tx) => keys.find(tx, 'a'))) }, key);
    await store.write((tx) => keys.deleteOlder(tx, 101));
    assert.equal(await store.write((tx) => keys.find(tx, 'a')), undefined);
  });

  test('an object is due when its time has come, unless it was spared', async (t) => {
    const store = await freshStore(t, engine);
    const doomed = new DoomedObjectDao(store);
    await store.write(async (tx) => {
      await doomed.doom(tx, 'disk:a', 100);
      await doomed.doom(tx, 'disk:a', 200);
      await doomed.doom(tx, 'disk:b', 50);
      await doomed.doom(tx, 'disk:c', 900);
      await doomed.reschedule(tx, 'disk:c', 60);
      await doomed.reschedule(tx, 'disk:never', 60);
    });

    assert.deepEqual(await doomed.due(199), ['disk:b', 'disk:c']);
    assert.deepEqual(await doomed.due(200), ['disk:b', 'disk:c', 'disk:a']);
    assert.equal(await store.write((tx) => doomed.spare(tx, 'disk:b')), true);
    assert.equal(await store.write((tx) => doomed.spare(tx, 'disk:b')), false);
    assert.deepEqual(await doomed.due(199), ['disk:c']);
  });
});
