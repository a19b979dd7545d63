import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { VISIBILITY } from '../../src/model/schema.ts';
import { TimelineDao } from '../../src/model/timelines.ts';
import type { TweetDao } from '../../src/model/tweets.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addTweet, addUser, tweetDao } from '../kit/rows.ts';

/** Numbers that look random and are the same each time (mulberry32). */
function seededRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return Math.floor((((x ^ (x >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

async function addPeople(store: Store, count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 0; n < count; n += 1) {
    ids.push(await addUser(store, `user${n}`, n % 7 === 6 ? { state: 'suspended' } : {}));
  }
  return ids;
}

async function follow(store: Store, userId: number, whom: readonly number[]): Promise<void> {
  const follows = new FollowDao(store);
  await store.write(async (tx) => {
    for (const id of whom) await follows.insert(tx, userId, id, 1);
  });
}

/** What the timeline is by its definition, from all rows there are. */
async function timelineByDefinition(
  store: Store,
  userId: number,
  widest: number,
): Promise<number[]> {
  const [tweets, followed, users] = await Promise.all([
    store.reader.selectFrom('tweets').selectAll().execute(),
    new FollowDao(store).followedBy(userId),
    store.reader.selectFrom('users').selectAll().execute(),
  ]);
  const active = new Set(users.filter(({ state }) => state === 'active').map(({ id }) => id));
  const sources = new Set([userId, ...followed].filter((id) => active.has(id)));
  return tweets
    .filter(
      (one) => sources.has(one.user_id) && one.visibility <= widest && one.reblog_of_id === null,
    )
    .map(({ id }) => id)
    .toSorted((a, b) => b - a);
}

/** All pages of a timeline, from the newest to the end. */
async function allPages(timelines: TimelineDao, userId: number, limit: number, widest: number) {
  const ids: number[] = [];
  for (;;) {
    const page = await timelines.read(userId, { before: ids.at(-1), limit, widest });
    assert.ok(page && page.length <= limit);
    ids.push(...page);
    if (page.length < limit) return ids;
  }
}

async function addRandomTweet(
  store: Store,
  tweets: TweetDao,
  people: readonly number[],
  random: (below: number) => number,
  earlier: number[],
): Promise<void> {
  // A few people write most of what is written.
  const author = people[Math.min(random(people.length), random(people.length))] ?? 0;
  const reblogged = random(5) === 0 ? earlier[random(earlier.length || 1)] : undefined;
  const tweet = await addTweet(store, tweets, author, {
    visibility: random(4),
    reblog_of_id: reblogged ?? null,
  });
  earlier.push(tweet.id);
}

describeOnEngines('TimelineDao', (engine) => {
  test('shows one’s own tweets and those of the followed, newest first, each once', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const [ada = 0, grace = 0, linus = 0, ken = 0] = await addPeople(store, 4);
    await follow(store, ada, [grace, linus]);
    const wrote = [];
    for (const author of [ada, grace, ken, linus, grace]) {
      wrote.push(await addTweet(store, tweets, author, { tweet: `by ${author}` }));
    }

    const page = await new TimelineDao(store).read(ada, {
      before: undefined,
      limit: 100,
      widest: VISIBILITY.unlisted,
    });

    const expected = wrote.filter(({ user_id }) => user_id !== ken).toReversed();
    assert.deepEqual(
      page,
      expected.map(({ id }) => id),
    );
  });

  test('is what its definition says, for everybody and every size of page', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const timelines = new TimelineDao(store);
    const random = seededRandom(20_261_123);
    const people = await addPeople(store, 20);
    for (const id of people) {
      await follow(
        store,
        id,
        people.filter((other) => other !== id && random(3) === 0),
      );
    }
    const earlier: number[] = [];
    for (let n = 0; n < 400; n += 1) await addRandomTweet(store, tweets, people, random, earlier);

    for (const id of people) {
      for (const widest of [VISIBILITY.unlisted, VISIBILITY.private]) {
        const expected = await timelineByDefinition(store, id, widest);
        for (const limit of [1, 3, 20, 101]) {
          assert.deepEqual(await allPages(timelines, id, limit, widest), expected);
        }
      }
    }
  });

  test('merges hundreds of people, of whom some have written a lot', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const people = await addPeople(store, 260);
    const [reader = 0, ...others] = people;
    await follow(store, reader, others);
    await store.write(async (tx) => {
      for (let n = 0; n < 700; n += 1) {
        const author = others[n % 3 === 0 ? 0 : (n * 7) % others.length] ?? 0;
        await tweets.insert(tx, {
          user_id: author,
          tweet: String(n),
          visibility: VISIBILITY.public,
        });
      }
    });

    const expected = await timelineByDefinition(store, reader, VISIBILITY.unlisted);
    for (const limit of [10, 60, 801]) {
      const pages = await allPages(new TimelineDao(store), reader, limit, VISIBILITY.unlisted);
      assert.deepEqual(pages, expected);
    }
  });

  test('is right at the first run of its statements and at every later one', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const timelines = new TimelineDao(store);
    const [ada = 0, grace = 0] = await addPeople(store, 2);
    await follow(store, ada, [grace]);

    // More often than the pool has connections: each prepares statements of its own.
    for (let n = 1; n <= 20; n += 1) {
      await addTweet(store, tweets, n % 2 === 0 ? ada : grace);
      const page = { before: undefined, limit: 100, widest: VISIBILITY.unlisted };
      assert.equal((await timelines.read(ada, page))?.length, n);
    }
  });
});
