/** Builds the store of timelines that the settings ask for, and what lies ready in memory. */
import type { RedisLink } from '../adapter/redis/link.ts';
import { SqlTimelineStore } from '../adapter/timeline-store/sql.ts';
import type { Config } from '../config.ts';
import { OutsideChangeDao } from '../model/outside-changes.ts';
import { TimelineJournal } from '../model/timeline-journal.ts';
import { tweetIdAt } from '../model/tweet-ids.ts';
import { breathing, WorkQueue } from '../service/work-queue.ts';
import type { Model } from './model.ts';
import type { BytesById, QueueLoad, TimelineStore } from '../service/ports.ts';
import type { Closers, Surroundings } from './surroundings.ts';

/** A store of timelines, and the memory that goes with it. */
export interface Timelines {
  readonly timelines: TimelineStore;
  /** Tweets ready to send; only where they cannot change elsewhere. */
  readonly tweetBytes: BytesById | undefined;
  /** Memory for whole pages, likewise. */
  readonly pageBytes: number;
  /** And for tweets with everything around them. */
  readonly readyBytes: number;
  /** What waits for timelines, where they are read a few at a time. */
  readonly queues?: () => Readonly<Record<string, QueueLoad>>;
}

/** For several servers: lists in Redis. */
export async function makeSharedTimelines(
  { timelines: tables, now }: Model,
  journal: TimelineJournal,
  link: RedisLink,
  { log, closers }: Pick<Surroundings, 'log' | 'closers'>,
): Promise<Timelines> {
  const { RedisTimelineStore } = await import('../adapter/timeline-store/redis/store.ts');
  const store = new RedisTimelineStore({ link, tables, journal, now, idAt: tweetIdAt, log });
  closers.push(() => store.close());
  return { timelines: store, tweetBytes: undefined, pageBytes: 0, readyBytes: 0 };
}

/** Of the memory for timelines, what ready-made tweets get. */
const BODIES_SHARE = 1 / 8;
/** And those with everything around them, as the richer face sends them. */
const READY_SHARE = 3 / 16;
/** And what whole pages get. */
const PAGES_SHARE = 1 / 4;
/** Timelines read from the database at once: each keeps all others waiting for some milliseconds. */
const COLD_READS = 4;

/** For one server, in memory, or straight from the tables, as the settings say. */
export async function makeTimelines(
  { timelines, timelineQueue }: Config,
  model: Model,
  closers: Closers,
): Promise<Timelines> {
  if (timelines.store === 'sql') {
    return {
      timelines: new SqlTimelineStore(model.timelines),
      tweetBytes: undefined,
      pageBytes: 0,
      readyBytes: 0,
    };
  }
  const { ByteCache } = await import('../adapter/timeline-store/memory/byte-cache.ts');
  const { MemoryTimelineStore } = await import('../adapter/timeline-store/memory/store.ts');
  const bodyBytes = Math.floor(timelines.cacheBytes * BODIES_SHARE);
  const pageBytes = Math.floor(timelines.cacheBytes * PAGES_SHARE);
  const readyBytes = Math.floor(timelines.cacheBytes * READY_SHARE);
  const bytes = timelines.cacheBytes - bodyBytes - pageBytes - readyBytes;
  const queue = new WorkQueue({ workers: COLD_READS, limit: timelineQueue });
  const store = new MemoryTimelineStore(model.timelines, { bytes }, breathing(queue));
  const changed = () => store.everythingChanged();
  const isTold = model.store.watch(changed);
  if (!isTold) closers.push(await new OutsideChangeDao(model.store).watch(changed));
  return {
    timelines: store,
    tweetBytes: new ByteCache(bodyBytes),
    pageBytes,
    readyBytes,
    queues: () => ({ timelines: queue.load }),
  };
}
