/**
 * Scenario 11: tweets into the lists in Redis of all who follow, against the same Redis's pipelined
 * LPUSH of as many entries to as many lists, sent by the same client library.
 */
import { Redis } from 'ioredis';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { programPath } from '../../api/test/kit/process.ts';
import { TimelineLists } from '../../api/src/adapter/timeline-store/redis/lists.ts';
import { type Outbox, Pusher } from '../../api/src/adapter/timeline-store/redis/pusher.ts';
import { RedisLink } from '../../api/src/adapter/redis/link.ts';
import type { TimelineEntry } from '../../api/src/service/ports.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { median, rounded } from '../kit/stats.ts';

const AUTHOR = 1;
/** What a list has before anything is pushed. */
const KNOWN = 100;
/** Tweets of one round; a list that nobody reads is dropped at 800. */
const TWEETS = 20;
/** Commands in one pipeline. */
const PIPELINE = 1000;
const SILENT = { warn: () => {}, error: () => {} };
const GENERATION = 0;

/** @param viewers who have a list, and all follow one author */
export async function redisFanOut(
  url: string,
  viewers: number,
  rounds: number,
): Promise<Finding[]> {
  const link = await RedisLink.open({ urls: [url], log: SILENT, timeoutMs: 10_000 });
  const bare = new Redis(url);
  try {
    const lists = new TimelineLists(link);
    const epoch = await lists.prepareEpoch();
    await fillLists(lists, epoch, viewers);
    await fillBare(bare, viewers);
    const outbox = new MemoryOutbox(epoch, viewers);
    const turns: { fanOut: number; pushed: number }[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const first = KNOWN + round * TWEETS;
      const pushed = await timed(() => pushBare(bare, viewers, first));
      turns.push({ pushed, fanOut: await timed(() => fanOut(lists, outbox, first)) });
    }
    await assertTold(lists, epoch, viewers, KNOWN + (rounds + 1) * TWEETS);
    // The first is not counted: code that runs often is compiled then.
    return [findingOf(viewers, turns.slice(1), await benchmarkRate(url, viewers))];
  } finally {
    bare.disconnect();
    await link.close();
  }
}

function findingOf(
  viewers: number,
  turns: readonly { fanOut: number; pushed: number }[],
  benchmarkRate: number,
): Finding {
  const perSecond = (ms: number) => rounded((viewers * TWEETS) / ms);
  return fromRounds(
    {
      scenario: 11,
      what: `fan-out into ${viewers.toLocaleString('en')} lists in Redis against pipelined LPUSH`,
      unit: '×',
      bar: { atLeast: 0.5 },
      details: {
        'thousand deliveries/s': perSecond(median(turns.map(({ fanOut }) => fanOut))),
        'thousand LPUSH/s': perSecond(median(turns.map(({ pushed }) => pushed))),
        'thousand LPUSH/s of redis-benchmark, in C': rounded(benchmarkRate / 1000),
      },
    },
    turns.map(({ fanOut, pushed }) => pushed / fanOut),
  );
}

/** What the tables say, without the tables: what is measured is the way into Redis. */
class MemoryOutbox implements Outbox {
  readonly #epoch: string;
  readonly #viewers: number;
  /** Tweets that are in all lists. */
  pushedIds: number[] = [];

  constructor(epoch: string, viewers: number) {
    this.#epoch = epoch;
    this.#viewers = viewers;
  }

  async epoch() {
    return this.#epoch;
  }

  async renewEpoch() {}

  async *listeners(_authors: readonly number[], limit: number) {
    for (let from = 1; from <= this.#viewers; from += limit) {
      const count = Math.min(limit, this.#viewers - from + 1);
      yield Array.from({ length: count }, (_, i) => ({
        author: AUTHOR,
        viewer: from + i,
        generation: GENERATION,
      }));
    }
  }

  async unpushed() {
    return [];
  }

  async stillUnpushed(ids: readonly number[]) {
    return new Set(ids);
  }

  async pushed(ids: readonly number[]) {
    this.pushedIds.push(...ids);
  }
}

async function fanOut(lists: TimelineLists, outbox: MemoryOutbox, first: number): Promise<void> {
  const pusher = new Pusher({
    lists,
    outbox,
    renewEpoch: async () => {},
    idAt: () => 0,
    now: Date.now,
    log: SILENT,
  });
  outbox.pushedIds = [];
  for (let n = 0; n < TWEETS; n += 1) pusher.add(entryOf(first + n));
  await pusher.close();
  if (outbox.pushedIds.length !== TWEETS) throw new Error('not all tweets were pushed');
}

/** As large as the ids of today's tweets. */
const ID_BASE = 240_000_000_000_000;

const entryOf = (n: number): TimelineEntry => ({ id: ID_BASE + n, user_id: AUTHOR, visibility: 0 });

async function fillLists(lists: TimelineLists, epoch: string, viewers: number): Promise<void> {
  const entries = Array.from({ length: KNOWN }, (_, n) => entryOf(n)).toReversed();
  for (let from = 1; from <= viewers; from += PIPELINE) {
    const some = Array.from({ length: Math.min(PIPELINE, viewers - from + 1) }, (_, i) => from + i);
    await Promise.all(
      some.map(async (userId) => {
        const name = { epoch, userId, generation: GENERATION };
        const token = await lists.begin(name);
        if (token === undefined) throw new Error('somebody else builds the list');
        await lists.install(name, token, { entries, floor: 0 });
      }),
    );
  }
}

const bareKey = (viewer: number) => `bare:${viewer}`;
const itemOf = (n: number) => `${ID_BASE + n}0`;

async function fillBare(redis: Redis, viewers: number): Promise<void> {
  const items = Array.from({ length: KNOWN }, (_, n) => itemOf(n));
  for (let from = 1; from <= viewers; from += PIPELINE) {
    const pipeline = redis.pipeline();
    for (let viewer = from; viewer < from + PIPELINE && viewer <= viewers; viewer += 1) {
      pipeline.lpush(bareKey(viewer), ...items);
    }
    await pipeline.exec();
  }
}

async function pushBare(redis: Redis, viewers: number, first: number): Promise<void> {
  for (let n = first; n < first + TWEETS; n += 1) {
    const pipelines = [];
    for (let from = 1; from <= viewers; from += PIPELINE) {
      const pipeline = redis.pipeline();
      for (let viewer = from; viewer < from + PIPELINE && viewer <= viewers; viewer += 1) {
        pipeline.lpush(bareKey(viewer), itemOf(n));
      }
      pipelines.push(pipeline.exec());
    }
    await Promise.all(pipelines);
  }
}

/** @throws {Error} unless the last list has everything */
async function assertTold(
  lists: TimelineLists,
  epoch: string,
  userId: number,
  entries: number,
): Promise<void> {
  const list = await lists.read({ epoch, userId, generation: GENERATION });
  if (list?.entries.length !== entries) throw new Error('the last viewer was not told of all');
}

/** What Redis takes when a program in C sends it, which no JavaScript is: for comparison. */
async function benchmarkRate(url: string, keys: number): Promise<number> {
  const { hostname, port } = new URL(url);
  const { stdout } = await promisify(execFile)(programPath('redis-benchmark', 'redis-tools'), [
    '-h',
    hostname,
    '-p',
    port,
    '-P',
    '50',
    '--csv',
    '-n',
    String(keys * TWEETS),
    '-r',
    String(keys),
    'lpush',
    'bare:__rand_int__',
    itemOf(0),
  ]);
  // A line of names, then "lpush …","123456.78",…
  return Number(stdout.trim().split('\n').at(-1)?.split('","')[1]);
}

/** @returns milliseconds */
async function timed(work: () => Promise<void>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
