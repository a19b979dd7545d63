/**
 * Timelines in Redis, for several servers. The database is the truth, and says for each list whether
 * it may be believed and what may be missing from it; Redis holds nothing that cannot be built again.
 * When it is away, timelines come from the tables. Why this is right: docs/adr/0009.
 */
import type {
  FeedEntries,
  FeedPart,
  Lens,
  Log,
  StoredTweet,
  TimelineEntry,
  TimelinePage,
  TimelineStats,
  TimelineStore,
} from '../../../service/ports.ts';
import { RedisAway, type RedisLink, ScriptUnknown } from '../../redis/link.ts';
import type { TimelineTables as Tables } from '../sql.ts';
import {
  type ListEntry,
  type ListName,
  type StoredList,
  type TimelineList,
  TimelineLists,
} from './lists.ts';
import { type Outbox, Pusher } from './pusher.ts';

/** The tables, read by index. */
export interface TimelineTables extends Tables {
  /** The visibilities of those tweets that exist, in no order. */
  visibilitiesOf(ids: readonly number[]): Promise<readonly ListEntry[]>;
}

/** What the servers agree on, in the database. */
export interface TimelineJournal extends Outbox {
  /** What must be known to believe a viewer's list, all of one moment. */
  state(userId: number): Promise<ListState>;
  /** Makes somebody an audience. @returns false when there is no such user */
  addViewer(userId: number, now: number): Promise<boolean>;
  touchViewer(userId: number, now: number): Promise<void>;
  deleteIdleViewers(before: number): Promise<void>;
}

export interface ListState {
  readonly epoch: string;
  /** Undefined while nothing is pushed to him. */
  readonly viewer: { readonly generation: number; readonly readAt: number } | undefined;
  /** Tweets of his timeline that may be missing from his list. */
  readonly unpushed: readonly TimelineEntry[];
}

export interface RedisTimelineOptions {
  readonly link: RedisLink;
  readonly tables: TimelineTables;
  readonly journal: TimelineJournal;
  /** The clock that the servers share, in epoch milliseconds. */
  readonly now: () => number;
  /** The id that a tweet would have that was written at a time, in epoch milliseconds. */
  readonly idAt: (time: number) => number;
  readonly log: Log;
}

/** A list has what its owner may see: followers' tweets, no direct messages (`VISIBILITY`). */
const WIDEST_LISTED = 2;
/** Entries of a list that has just been built. */
const BUILT_ENTRIES = 120;
/** A list that is longer when it is read is cut back. */
const LONG_LIST = 320;
const TOUCH_MS = 3_600_000;
/** Who has not read for so long is pushed to no more. */
const IDLE_MS = 7 * 86_400_000;
const IDLE_EVERY_MS = 600_000;

export class RedisTimelineStore implements TimelineStore {
  readonly #options: RedisTimelineOptions;
  readonly #lists: TimelineLists;
  readonly #pusher: Pusher;
  readonly #idleTimer: NodeJS.Timeout;
  /** Work that nobody waits for but the end. */
  readonly #asides = new Set<Promise<void>>();
  #renewing: Promise<void> | undefined;
  #hits = 0;
  #misses = 0;

  constructor(options: RedisTimelineOptions) {
    const { journal, now } = options;
    this.#options = options;
    this.#lists = new TimelineLists(options.link);
    this.#pusher = new Pusher({
      ...options,
      lists: this.#lists,
      outbox: journal,
      renewEpoch: (from) => this.#renewEpoch(from),
    });
    this.#idleTimer = setInterval(
      () => this.#aside(journal.deleteIdleViewers(now() - IDLE_MS)),
      IDLE_EVERY_MS,
    );
    this.#idleTimer.unref();
  }

  get stats(): TimelineStats {
    return { hits: this.#hits, misses: this.#misses, bytes: 0 };
  }

  async read(userId: number, page: TimelinePage): Promise<readonly number[] | undefined> {
    const { link, tables } = this.#options;
    if (link.isUp && page.limit <= BUILT_ENTRIES) {
      const ids = await this.#readShared(userId, page);
      if (ids) return ids;
    }
    this.#misses += 1;
    return tables.read(userId, page);
  }

  lensOf(viewerId: number, now: number): Promise<Lens | undefined> {
    return this.#options.tables.lensOf(viewerId, now);
  }

  /** Always from the tables: what lies in Redis are the timelines without reblogs. */
  homeEntries(lens: Lens, part: FeedPart): Promise<FeedEntries> {
    return this.#options.tables.homeEntries(lens, part);
  }

  /** It stands in the outbox already; whoever reads before it is pushed finds it there. */
  tweetAdded(tweet: StoredTweet): void {
    const { id, user_id, visibility, reblog_of_id } = tweet;
    if (isListed(visibility, reblog_of_id)) this.#pusher.add({ id, user_id, visibility });
  }

  // The generations were raised in the transaction of each change: by now these lists are dead.
  tweetEdited(): void {}
  tweetRemoved(): void {}
  followsChanged(): void {}
  userChanged(): void {}

  userGone(userId: number): void {
    this.#aside(this.#lists.deleteAllOf(userId));
  }

  everythingChanged(): void {
    const { journal } = this.#options;
    this.#aside(journal.epoch().then((epoch) => this.#renewEpoch(epoch)));
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    clearInterval(this.#idleTimer);
    await this.#pusher.close();
    await Promise.all(this.#asides);
  }

  /** The page, when Redis is of use for it. */
  async #readShared(userId: number, page: TimelinePage): Promise<number[] | undefined> {
    const state = await this.#stateOf(userId, page);
    if (!state?.viewer) return undefined;
    const name = { epoch: state.epoch, userId, generation: state.viewer.generation };
    try {
      // Read after the state: what had left the outbox by then is in the list by now.
      const list = await this.#lists.read(name);
      const ids = list && pageOf(list, state.unpushed, page);
      if (!ids) return await this.#build(name, page);
      this.#hits += 1;
      this.#lookAfter(name, list, state.viewer.readAt);
      return ids;
    } catch (error) {
      if (error instanceof ScriptUnknown) this.#aside(this.#renewEpoch(state.epoch));
      else if (!(error instanceof RedisAway)) throw error;
      return undefined;
    }
  }

  async #stateOf(userId: number, { before }: TimelinePage): Promise<ListState | undefined> {
    const { journal, now } = this.#options;
    const state = await journal.state(userId);
    if (state.viewer || before !== undefined) return state;
    return (await journal.addViewer(userId, now())) ? journal.state(userId) : undefined;
  }

  /** Builds a list, and answers a first page from what it is made of. */
  async #build(name: ListName, page: TimelinePage): Promise<number[] | undefined> {
    if (page.before !== undefined) return undefined;
    const token = await this.#lists.begin(name);
    if (token === undefined) return undefined;
    // Read after the beginning: what is committed later is pushed to the list that has begun.
    const list = await this.#listFromTables(name.userId);
    if (!list) return undefined;
    await this.#lists.install(name, token, list);
    this.#misses += 1;
    return pageOf(list, [], page);
  }

  async #listFromTables(userId: number): Promise<TimelineList | undefined> {
    const { tables } = this.#options;
    const limit = BUILT_ENTRIES;
    const ids = await tables.read(userId, { before: undefined, limit, widest: WIDEST_LISTED });
    if (!ids) return undefined;
    const entries = await tables.visibilitiesOf(ids);
    // Fewer ids than were asked for mean that there are no more.
    return { entries, floor: ids.length < limit ? 0 : Math.min(...ids) };
  }

  /** Cuts a long list back, and notes now and then that it is read. */
  #lookAfter(name: ListName, list: StoredList, readAt: number): void {
    const { journal, now } = this.#options;
    if (list.length > LONG_LIST) this.#aside(this.#lists.replace(name, list, shortened(list)));
    const time = now();
    if (time - readAt > TOUCH_MS) {
      this.#aside(this.#lists.keep(name));
      this.#aside(journal.touchViewer(name.userId, time));
    }
  }

  /** Begins another epoch, unless that has been done: by this server once at a time. */
  #renewEpoch(from: string): Promise<void> {
    const renew = async () =>
      this.#options.journal.renewEpoch(from, await this.#lists.prepareEpoch());
    this.#renewing ??= renew().finally(() => (this.#renewing = undefined));
    return this.#renewing;
  }

  /** What does not come about now will be tried at another read. */
  #aside(work: Promise<void>): void {
    const done = work
      .catch((error: unknown) => {
        if (error instanceof RedisAway || error instanceof ScriptUnknown) return;
        this.#options.log.warn({ err: error }, 'a list of a timeline was not looked after');
      })
      .finally(() => this.#asides.delete(done));
    this.#asides.add(done);
  }
}

/** Whether a tweet belongs to lists: they are without reblogs. */
const isListed = (visibility: number, reblogOfId: number | null | undefined) =>
  visibility <= WIDEST_LISTED && (reblogOfId ?? null) === null;

/** The page of a list and of what may be missing from it; undefined when it needs older tweets. */
function pageOf(
  { entries, floor }: TimelineList,
  unpushed: readonly ListEntry[],
  { before = Number.POSITIVE_INFINITY, limit, widest }: TimelinePage,
): number[] | undefined {
  const shown = [...entries, ...unpushed].filter(
    ({ id, visibility }) => id < before && id >= floor && visibility <= widest,
  );
  const ids = sorted(shown)
    .slice(0, limit)
    .map(({ id }) => id);
  return ids.length === limit || floor === 0 ? ids : undefined;
}

/** Newest first, each once. */
function sorted(entries: readonly ListEntry[]): ListEntry[] {
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return [...byId.values()].sort((a, b) => b.id - a.id);
}

function shortened({ entries, floor }: TimelineList): TimelineList {
  const there = sorted(entries.filter(({ id }) => id >= floor));
  const kept = there.slice(0, BUILT_ENTRIES);
  return { entries: kept, floor: kept.length < there.length ? (kept.at(-1)?.id ?? 0) : floor };
}
