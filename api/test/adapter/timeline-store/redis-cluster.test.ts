/** A real Redis Cluster: lists lie on all of its servers, and no script reaches across two slots. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryCounterStore } from '../../../src/adapter/counter-store/memory.ts';
import { RedisCounterStore } from '../../../src/adapter/counter-store/redis.ts';
import { RedisTimelineStore } from '../../../src/adapter/timeline-store/redis/store.ts';
import { FollowDao } from '../../../src/model/follows.ts';
import { TimelineJournal } from '../../../src/model/timeline-journal.ts';
import { TimelineDao } from '../../../src/model/timelines.ts';
import { tweetIdAt } from '../../../src/model/tweet-ids.ts';
import { atEnd } from '../../kit/at-end.ts';
import { ENGINES, freshStore } from '../../kit/engines.ts';
import { openLink, type RedisServer, SILENT, startRedis } from '../../kit/redis.ts';
import { addTweet, addUser, tweetDao } from '../../kit/rows.ts';

const SLOTS = 16_384;
const READERS = 40;
/** However busy the machine is. */
const PATIENCE_MS = 30_000;
const PAGE = { before: undefined, limit: 21, widest: 2 };

/** Three servers, a third of the slots each. */
async function startCluster(t: TestContext): Promise<RedisServer[]> {
  const servers: RedisServer[] = [];
  for (let n = 0; n < 3; n += 1) {
    const server = await startRedis(t, [
      '--cluster-enabled',
      'yes',
      '--cluster-node-timeout',
      '2000',
    ]);
    const [from, to] = [Math.ceil((SLOTS * n) / 3), Math.ceil((SLOTS * (n + 1)) / 3) - 1];
    await server.command('CLUSTER', 'ADDSLOTSRANGE', String(from), String(to));
    await server.command('CLUSTER', 'MEET', '127.0.0.1', String(servers[0]?.port ?? server.port));
    servers.push(server);
  }
  for (const server of servers) await untilWhole(server);
  return servers;
}

async function untilWhole(server: RedisServer): Promise<void> {
  const deadline = Date.now() + 30_000;
  const isWhole = async () => {
    const info = String(await server.command('CLUSTER', 'INFO'));
    return /cluster_state:ok/.test(info) && /cluster_known_nodes:3/.test(info);
  };
  while (!(await isWhole())) {
    assert.ok(Date.now() < deadline, 'the cluster does not come together');
    await sleep(50);
  }
}

if (ENGINES.includes('mysql')) {
  test('one tweet for many readers, on all servers of a cluster', async (t) => {
    const servers = await startCluster(t);
    const link = await openLink(
      t,
      servers.map(({ url }) => url),
      PATIENCE_MS,
    );
    const db = await freshStore(t, 'mysql');
    const journal = new TimelineJournal(db);
    const tables = new TimelineDao(db);
    const store = new RedisTimelineStore({
      link,
      tables,
      journal,
      now: Date.now,
      idAt: tweetIdAt,
      log: SILENT,
    });
    atEnd(t, () => store.close());
    const tweets = await tweetDao(db, journal);
    const follows = new FollowDao(db, journal);
    const author = await addUser(db, 'Author');
    const readers: number[] = [];
    for (let n = 0; n < READERS; n += 1) readers.push(await addUser(db, `Reader${n}`));
    for (const reader of readers) await follows.insertAlone(reader, author, 1);
    const readAll = () => Promise.all(readers.map((reader) => store.read(reader, PAGE)));
    // The first read finds no epoch, the second begins the lists; they are filled afterwards.
    const warmUntil = Date.now() + PATIENCE_MS;
    for (let hits = -1; store.stats.hits - hits !== READERS;) {
      assert.ok(Date.now() < warmUntil, 'the lists are not used');
      await sleep(50);
      hits = store.stats.hits;
      await readAll();
    }
    const before = store.stats.hits;
    const { id } = await addTweet(db, tweets, author);
    store.tweetAdded({ id, user_id: author, visibility: 0 });
    const deadline = Date.now() + PATIENCE_MS;
    while ((await journal.unpushed(Number.MAX_SAFE_INTEGER, 1)).length > 0) {
      assert.ok(Date.now() < deadline, 'the tweet is not pushed');
      await sleep(10);
    }

    assert.deepEqual(
      await readAll(),
      readers.map(() => [id]),
    );
    assert.equal(store.stats.hits - before, READERS, 'all of them from lists');
    const keys = await Promise.all(servers.map((server) => server.command('DBSIZE')));
    assert.ok(
      keys.every((count) => Number(count) > 0),
      `lists by server: ${keys.join()}`,
    );

    const counters = new RedisCounterStore(link, new MemoryCounterStore(() => 0));
    for (let n = 1; n <= 20; n += 1) {
      assert.equal((await counters.increment(`address ${n}`, 60_000)).count, 1);
      assert.equal((await counters.increment(`address ${n}`, 60_000)).count, 2);
    }
  });
}
