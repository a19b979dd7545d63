/** Shared timelines, case by case; the histories beside this file make up the rest. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { RedisTimelineStore } from '../../../src/adapter/timeline-store/redis/store.ts';
import type { Store } from '../../../src/model/database.ts';
import { FollowDao } from '../../../src/model/follows.ts';
import { TimelineJournal } from '../../../src/model/timeline-journal.ts';
import { TimelineDao } from '../../../src/model/timelines.ts';
import { tweetIdAt } from '../../../src/model/tweet-ids.ts';
import type { TweetDao } from '../../../src/model/tweets.ts';
import type { TimelinePage } from '../../../src/service/ports.ts';
import { ENGINES, freshStore } from '../../kit/engines.ts';
import { openLink, type RedisServer, SILENT, startRedis } from '../../kit/redis.ts';
import { addTweet, addUser, tweetDao } from '../../kit/rows.ts';
import { until } from '../../kit/model-until.ts';

interface Place {
  readonly db: Store;
  readonly redis: RedisServer;
  readonly journal: TimelineJournal;
  readonly tweets: TweetDao;
  readonly author: number;
  /** Follows the author. */
  readonly reader: number;
  /** A store as another server has it; it is pushing nothing when it has been closed. */
  readonly server: () => Promise<RedisTimelineStore>;
}

async function place(t: TestContext): Promise<Place> {
  const redis = await startRedis(t);
  const link = await openLink(t, [redis.url]);
  const db = await freshStore(t, 'mysql');
  const journal = new TimelineJournal(db);
  const author = await addUser(db, 'Author');
  const reader = await addUser(db, 'Reader');
  await new FollowDao(db, journal).insertAlone(reader, author, 1);
  await journal.addViewer(reader, Date.now());
  const parts = {
    link,
    tables: new TimelineDao(db),
    journal,
    now: Date.now,
    idAt: tweetIdAt,
    log: SILENT,
  };
  const stores: RedisTimelineStore[] = [];
  t.after(() => Promise.all(stores.map((store) => store.close())));
  const server = async () => {
    const store = new RedisTimelineStore(parts);
    stores.push(store);
    return store;
  };
  return { db, redis, journal, tweets: await tweetDao(db, journal), author, reader, server };
}

const PAGE: TimelinePage = { before: undefined, limit: 21, widest: 2 };

/** Reads until it is a list that answers. */
async function readList(store: RedisTimelineStore, userId: number, page = PAGE) {
  let ids: readonly number[] | undefined;
  const { hits } = store.stats;
  await until(async () => {
    ids = await store.read(userId, page);
    return store.stats.hits > hits;
  });
  return ids;
}

/** Tweets, and pushes that to the end. */
async function tweetAndPush({ db, tweets, author, server }: Place, count = 1): Promise<number[]> {
  const ids: number[] = [];
  const store = await server();
  for (let n = 0; n < count; n += 1) {
    const tweet = await addTweet(db, tweets, author);
    store.tweetAdded(tweet);
    ids.push(tweet.id);
  }
  await store.close();
  return ids;
}

if (ENGINES.includes('mysql')) {
  test('a tweet that was deleted before it is pushed comes into no list', async (t) => {
    const here = await place(t);
    const { db, tweets, author, reader, server } = here;
    const store = await server();
    const tweet = await addTweet(db, tweets, author);
    await db.write((tx) => tweets.delete(tx, tweet.id));
    assert.deepEqual(await readList(store, reader), []);

    const late = await server();
    late.tweetAdded(tweet);
    await late.close();

    assert.deepEqual(await readList(store, reader), []);
  });

  test('a tweet that is pushed is in the list and out of the outbox', async (t) => {
    const here = await place(t);
    const store = await here.server();
    assert.deepEqual(await readList(store, here.reader), []);

    const ids = await tweetAndPush(here, 3);

    assert.deepEqual(await here.journal.unpushed(Number.MAX_SAFE_INTEGER, 10), []);
    assert.deepEqual(await readList(store, here.reader), ids.toReversed());
  });

  test('a list that grows is cut back when it is read, and right before and after', async (t) => {
    const here = await place(t);
    const store = await here.server();
    await readList(store, here.reader);
    const ids = (await tweetAndPush(here, 400)).toReversed();
    const lengths = async () => {
      const keys = (await here.redis.command('KEYS', `minitter:*:${here.reader}:*`)) as string[];
      return Promise.all(keys.map((key) => here.redis.command('LLEN', key)));
    };
    assert.deepEqual(await lengths(), [401]);

    assert.deepEqual(await store.read(here.reader, PAGE), ids.slice(0, 21));
    await until(async () => (await lengths())[0] === 121);
    assert.deepEqual(await readList(store, here.reader), ids.slice(0, 21));
    const older = { ...PAGE, before: ids[100] };
    assert.deepEqual(await store.read(here.reader, older), ids.slice(101, 122));
  });

  test('a list that nobody reads is dropped when it is long', async (t) => {
    const here = await place(t);
    const store = await here.server();
    await readList(store, here.reader);

    const ids = (await tweetAndPush(here, 801)).toReversed();

    assert.deepEqual(await here.redis.command('KEYS', `minitter:*:${here.reader}:*`), []);
    assert.deepEqual(await readList(store, here.reader), ids.slice(0, 21));
  });

  test('when Redis stays away and the outbox grows, all lists are given up', async (t) => {
    const here = await place(t);
    const { redis, journal, db, author, reader, tweets } = here;
    const store = await here.server();
    await readList(store, reader);
    const epoch = await journal.epoch();
    await redis.kill();
    await db.write(async (tx) => {
      for (let n = 0; n < 1000; n += 1)
        await tweets.insert(tx, { user_id: author, tweet: 'x', visibility: 0 });
    });

    await until(async () => (await journal.epoch()) !== epoch);

    assert.deepEqual(await journal.unpushed(Number.MAX_SAFE_INTEGER, 10), []);
    const newest = await store.read(reader, PAGE);
    await redis.start();
    assert.deepEqual(await readList(store, reader), newest);
    assert.equal(newest?.length, 21);
  });
}
