import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { VISIBILITY } from '../../src/model/schema.ts';
import { TimelineDao, type TimelinePage } from '../../src/model/timelines.ts';
import { UserDao } from '../../src/model/users.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addTweet, addUser, newUser, tweetDao } from '../kit/rows.ts';

async function follow(store: Store, userId: number, whom: readonly number[]): Promise<void> {
  const rows = whom.map((id) => ({ user_id: userId, follow_user_id: id, created_at: 1 }));
  await store.write((tx) => tx.insertInto('users_follow_list').values(rows).execute());
}

/** The texts on a page, by default the first. */
async function texts(
  store: Store,
  userId: number,
  page: Partial<TimelinePage> = {},
): Promise<string[]> {
  const whole = { before: undefined, limit: 100, widest: VISIBILITY.unlisted, ...page };
  const ids = (await new TimelineDao(store).read(userId, whole)) ?? [];
  return textsOf(store, ids);
}

/** The texts of tweets, in the order of the ids. */
async function textsOf(store: Store, ids: readonly number[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await (await tweetDao(store)).findTexts(ids);
  const texts = new Map(rows.map(({ id, tweet }) => [id, tweet]));
  return ids.map((id) => texts.get(id) ?? `${id} is gone`);
}

describeOnEngines('TimelineDao', (engine) => {
  test('counts somebody who follows himself once, on a full page too', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    await follow(store, ada, [ada, grace]);
    await addTweet(store, tweets, grace, { tweet: 'hers' });
    await addTweet(store, tweets, ada, { tweet: 'mine' });

    assert.deepEqual(await texts(store, ada), ['mine', 'hers']);
    assert.deepEqual(await texts(store, ada, { limit: 2 }), ['mine', 'hers']);
  });

  test('shows nothing to nobody, to a newcomer, and before the first tweet', async (t) => {
    const store = await freshStore(t, engine);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    await follow(store, grace, [ada]);
    assert.deepEqual(await texts(store, grace), []);
    const { id } = await addTweet(store, await tweetDao(store), ada, { tweet: 'first' });

    assert.deepEqual(await texts(store, grace + 1), []);
    assert.deepEqual(await texts(store, grace, { before: id }), []);
    assert.deepEqual(await texts(store, grace, { before: id + 1 }), ['first']);
  });

  test('shows each audience what is meant for it', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const ada = await addUser(store, 'Ada');
    for (const [tweet, visibility] of Object.entries(VISIBILITY)) {
      await addTweet(store, tweets, ada, { tweet, visibility });
    }

    const seenBy = (widest: number) => texts(store, ada, { widest });
    assert.deepEqual(await seenBy(VISIBILITY.public), ['public']);
    assert.deepEqual(await seenBy(VISIBILITY.unlisted), ['unlisted', 'public']);
    assert.deepEqual(await seenBy(VISIBILITY.private), ['private', 'unlisted', 'public']);
  });

  test('leaves out reblogs, and keeps the original of somebody followed', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const [ada, grace, ken] = [
      await addUser(store, 'Ada'),
      await addUser(store, 'Grace'),
      await addUser(store, 'Ken'),
    ];
    await follow(store, ada, [grace]);
    const original = await addTweet(store, tweets, grace, { tweet: 'original' });
    const stranger = await addTweet(store, tweets, ken, { tweet: 'stranger' });
    await addTweet(store, tweets, grace, { tweet: '', reblog_of_id: stranger.id });
    await addTweet(store, tweets, grace, { tweet: 'answer', reply_to_id: original.id });

    assert.deepEqual(await texts(store, ada), ['answer', 'original']);
  });

  test('leaves out the suspended, and has them back when they are active again', async (t) => {
    const store = await freshStore(t, engine);
    const users = new UserDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    await follow(store, ada, [grace]);
    await addTweet(store, await tweetDao(store), grace, { tweet: 'hers' });
    const make = (state: 'active' | 'pending' | 'suspended') =>
      store.write((tx) => users.update(tx, grace, { state }, 2000));

    for (const state of ['suspended', 'pending'] as const) {
      await make(state);
      assert.deepEqual(await texts(store, ada), []);
      assert.deepEqual(await texts(store, grace), []);
    }
    await make('active');
    assert.deepEqual(await texts(store, ada), ['hers']);
  });

  test('merges more than 600 people on one page and over many', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const users = new UserDao(store);
    const people = await store.write(async (tx) => {
      const ids: number[] = [];
      for (let n = 0; n < 620; n += 1) ids.push(await users.insert(tx, newUser(`user${n}`)));
      return ids;
    });
    const [reader = 0, ...others] = people;
    await follow(store, reader, others);
    const expected: string[] = [];
    await store.write(async (tx) => {
      // 7 and 620 have no common factor: everybody writes once, in an order of its own.
      for (let n = 0; n < 620; n += 1) {
        const tweet = { user_id: people[(n * 7) % 620] ?? 0, tweet: `${n}`, visibility: 0 };
        await tweets.insert(tx, tweet);
        expected.unshift(`${n}`);
      }
    });

    assert.deepEqual(await texts(store, reader, { limit: 800 }), expected);
    const paged: string[] = [];
    for (let before: number | undefined; ;) {
      const page =
        (await new TimelineDao(store).read(reader, { before, limit: 90, widest: 0 })) ?? [];
      paged.push(...(await textsOf(store, page)));
      before = page.at(-1);
      if (page.length < 90) break;
    }
    assert.deepEqual(paged, expected);
  });
});
