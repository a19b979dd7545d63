/** Whatever happens in whatever order, on two servers: shared timelines are those of the tables. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { RedisLink } from '../../../src/adapter/redis/link.ts';
import { RedisTimelineStore } from '../../../src/adapter/timeline-store/redis/store.ts';
import type { Store } from '../../../src/model/database.ts';
import { TimelineJournal } from '../../../src/model/timeline-journal.ts';
import { TimelineDao } from '../../../src/model/timelines.ts';
import { tweetIdAt } from '../../../src/model/tweet-ids.ts';
import type {
  TimelineEntry,
  TimelinePage,
  TimelineStats,
  TimelineStore,
} from '../../../src/service/ports.ts';
import { ENGINES, freshStore } from '../../kit/engines.ts';
import { homeHistories, HomeWorld } from '../../kit/home-history.ts';
import { openLink, type RedisServer, SILENT, startRedis } from '../../kit/redis.ts';
import { type Gate, histories, type MakeStore, World } from '../../kit/timeline-history.ts';

/** Two servers that share a database and a Redis; who asks gets now the one, now the other. */
class TwoServers implements TimelineStore {
  readonly stores: readonly RedisTimelineStore[];
  readonly #faults: () => void;
  #turn = 0;

  constructor(stores: readonly RedisTimelineStore[], faults: () => void) {
    this.stores = stores;
    this.#faults = faults;
  }

  get #next(): RedisTimelineStore {
    this.#turn += 1;
    return this.stores[this.#turn % this.stores.length] as RedisTimelineStore;
  }

  get stats(): TimelineStats {
    const all = this.stores.map(({ stats }) => stats);
    const sum = (of: (stats: TimelineStats) => number) => all.reduce((n, one) => n + of(one), 0);
    return { hits: sum(({ hits }) => hits), misses: sum(({ misses }) => misses), bytes: 0 };
  }

  read = (userId: number, page: TimelinePage) => this.#next.read(userId, page);
  lensOf = (...args: Parameters<TimelineStore['lensOf']>) => this.#next.lensOf(...args);
  homeEntries = (...args: Parameters<TimelineStore['homeEntries']>) =>
    this.#next.homeEntries(...args);
  tweetAdded = (tweet: TimelineEntry) => this.#next.tweetAdded(tweet);
  tweetEdited = () => this.#next.tweetEdited();
  tweetRemoved = () => this.#next.tweetRemoved();
  followsChanged = () => this.#next.followsChanged();
  userChanged = () => this.#next.userChanged();
  userGone = (userId: number) => this.#next.userGone(userId);
  everythingChanged = () => this.#faults();
}

/** A mistake of the store, planted through what it depends on. */
interface Mistake {
  readonly journal?: (journal: TimelineJournal) => TimelineJournal;
  readonly link?: (link: RedisLink) => RedisLink;
}

interface Place {
  readonly db: Store;
  readonly redis: RedisServer;
  readonly links: readonly RedisLink[];
}

/** An object like `target` with some methods of its own. */
function instead<T extends object>(target: T, methods: Partial<T>): T {
  return new Proxy(target, {
    get: (_, key) => {
      const value: unknown = key in methods ? methods[key as keyof T] : target[key as keyof T];
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The journal, with the queries of readers and pushers held up at the gate. */
const gatedJournal = (journal: TimelineJournal, gated: Gate) =>
  instead(journal, {
    state: (userId) => gated(() => journal.state(userId)),
    epoch: () => gated(() => journal.epoch()),
    pushed: (ids) => gated(() => journal.pushed(ids)),
  });

async function makePlace(t: TestContext): Promise<Place> {
  const db = await freshStore(t, 'mysql');
  const redis = await startRedis(t);
  return { db, redis, links: [await openLink(t, [redis.url]), await openLink(t, [redis.url])] };
}

/** Histories of some kind, and the world in which they happen. */
interface Histories {
  readonly steps: fc.Arbitrary<unknown[]>;
  readonly start: (
    ...args: Parameters<typeof World.start>
  ) => Promise<{ run: (steps: never[]) => Promise<void>; open: () => void }>;
}

const PLAIN: Histories = { steps: histories, start: (...args) => World.start(...args) };
const HOME: Histories = { steps: homeHistories, start: (...args) => HomeWorld.start(...args) };

/** Runs histories until one shows a difference. @returns how that went, and the reads from lists */
async function check(
  t: TestContext,
  numRuns: number,
  mistake: Mistake = {},
  { steps: arbitrary, start }: Histories = PLAIN,
) {
  const { db, redis, links } = await makePlace(t);
  const dao = new TimelineDao(db);
  const plain = new TimelineJournal(db);
  const journal = mistake.journal?.(plain) ?? plain;
  let worlds = 0;
  let hits = 0;
  const result = await fc.check(
    fc.asyncProperty(arbitrary, async (steps) => {
      const made: TwoServers[] = [];
      let faults = 0;
      const make: MakeStore = (tables, _, gated) => {
        const stores = links.map(
          (link) =>
            new RedisTimelineStore({
              link: mistake.link?.(link) ?? link,
              tables: {
                read: (...args) => tables.read(...args),
                lensOf: (...args) => tables.lensOf(...args),
                homeEntries: (...args) => tables.homeEntries(...args),
                visibilitiesOf: (ids) => gated(() => dao.visibilitiesOf(ids)),
              },
              journal: gatedJournal(journal, gated),
              now: Date.now,
              idAt: tweetIdAt,
              log: SILENT,
            }),
        );
        const servers = new TwoServers(stores, () => {
          faults += 1;
          if (faults % 3 === 0) stores[0]?.everythingChanged();
          else
            void redis.command(
              faults % 3 === 1 ? 'FLUSHALL' : 'SCRIPT',
              ...(faults % 3 === 1 ? [] : ['FLUSH']),
            );
        });
        made.push(servers);
        return servers;
      };
      const world = await start(db, make, `world-${(worlds += 1)}`, {
        journal,
        pause: () => sleep(2),
      });
      try {
        await world.run(steps as never[]);
      } finally {
        world.open();
        for (const { stores, stats } of made) {
          hits += stats.hits;
          await Promise.all(stores.map((store) => store.close()));
        }
      }
    }),
    { numRuns, endOnFailure: true, seed: Number(process.env.SEED ?? Date.now()) },
  );
  return { result, hits };
}

/** One mistake each: the histories above must find every one. */
const MISTAKES: Record<string, Mistake> = {
  'an unfollow leaves the list as it is': {
    journal: (journal) => instead(journal, { followsChanged: async () => {} }),
  },
  'the outbox is not looked at': {
    journal: (journal) =>
      instead(journal, {
        state: async (userId) => ({ ...(await journal.state(userId)), unpushed: [] }),
      }),
  },
  'tweets leave the outbox before they are pushed': {
    link: (link) =>
      instead(link, { run: (ask, ms) => (ms ? Promise.resolve(1 as never) : link.run(ask)) }),
  },
  'the tweets of a suspended user stay': {
    journal: (journal) =>
      instead(journal, { userChanged: (tx, userId) => journal.followsChanged(tx, userId) }),
  },
};

// Servers share a database: there is nothing to test where none can be shared.
if (ENGINES.includes('mysql')) {
  test('every page is what plain SQL says, in every history', async (t) => {
    const { result, hits } = await check(t, Number(process.env.RUNS ?? 25));
    const cause = result.errorInstance instanceof Error ? result.errorInstance.stack : '';
    assert.ok(!result.failed, `${cause}\n${fc.defaultReportMessage(result)}`);
    assert.ok(hits > 100, `the lists were used (${hits} times)`);
  });

  test('every home timeline with reblogs and hashtags is what its definition says', async (t) => {
    const { result } = await check(t, Number(process.env.RUNS ?? 8), {}, HOME);
    const cause = result.errorInstance instanceof Error ? result.errorInstance.stack : '';
    assert.ok(!result.failed, `${cause}\n${fc.defaultReportMessage(result)}`);
  });

  for (const [mistake, parts] of Object.entries(MISTAKES)) {
    test(`the histories find servers where ${mistake}`, async (t) => {
      const { result } = await check(t, 1000, parts);
      assert.ok(result.failed, 'no history showed the mistake');
    });
  }
}
