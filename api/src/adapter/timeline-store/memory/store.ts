/**
 * Timelines from memory. The database is the truth; what is here may be dropped at any moment, and
 * is built again from SQL when somebody asks. Writers tell what they have changed after their COMMIT.
 */
import type {
  FeedEntries,
  FeedPart,
  Lens,
  MaybePromise,
  StoredTweet,
  TimelinePage,
  TimelineStats,
  TimelineStore,
  Turns,
} from '../../../service/ports.ts';
import type { TimelineTables as Tables } from '../sql.ts';
import { type SourceTables, TimelineBuilder, timelineKey } from './builder.ts';
import { Engine, type EngineOptions } from './engine.ts';
import { MOST_ENTRIES, PER_BLOCK } from './entries.ts';
import { EventLog } from './event-log.ts';
import { type EntryTables, KnownEntries } from './known-entries.ts';
import { sourceKey } from './sources.ts';

/** The tables, read by index; all answers are of the moment they are given. */
export interface TimelineTables extends Tables, SourceTables, EntryTables {}

/** Entries of a timeline beyond the page, so that it lasts when tweets are removed. */
const SPARE_ENTRIES = 2 * PER_BLOCK;
/** Entries of a home timeline: a page of 20, what is looked at behind it, and some to spare. */
const HOME_ENTRIES = 12 * PER_BLOCK;
/** Of all memory, what single entries and lenses take. */
const KNOWN_SHARE = 1 / 3;
/** Above every id: where a timeline begins. */
const NEWEST = Number.MAX_SAFE_INTEGER;
/** Values of `VISIBILITY`; public tweets are found under their hashtags. */
const [PUBLIC, DIRECT] = [0, 3];

export class MemoryTimelineStore implements TimelineStore {
  readonly #tables: TimelineTables;
  readonly #options: EngineOptions;
  readonly #turns: Turns;
  readonly #log = new EventLog();
  readonly #builder: TimelineBuilder;
  readonly #known: KnownEntries;
  #engine: Engine;
  #hits = 0;
  #misses = 0;

  /** @param turns for reads that need the database; without them all are read at once */
  constructor(
    tables: TimelineTables,
    options: EngineOptions,
    turns: Turns = { run: (task) => task() },
  ) {
    this.#tables = tables;
    this.#options = { ...options, bytes: options.bytes * (1 - KNOWN_SHARE) };
    this.#turns = turns;
    this.#engine = new Engine(this.#options);
    this.#builder = new TimelineBuilder({ tables, log: this.#log, engine: () => this.#engine });
    this.#known = new KnownEntries(tables, this.#log, options.bytes * KNOWN_SHARE);
  }

  get stats(): TimelineStats {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#engine.usedBytes };
  }

  read(userId: number, page: TimelinePage): MaybePromise<readonly number[] | undefined> {
    const ids = this.#engine.page(plain(userId), page);
    if (ids) {
      this.#hits += 1;
      return ids;
    }
    this.#misses += 1;
    return this.#turns.run(() => this.#readCold(userId, page));
  }

  lensOf(viewerId: number, now: number): MaybePromise<Lens | undefined> {
    return this.#known.lensOf(viewerId, now);
  }

  homeEntries(lens: Lens, part: FeedPart): MaybePromise<FeedEntries> {
    const entries = this.#entriesInMemory(lens, part);
    if (entries) {
      this.#hits += 1;
      return entries;
    }
    this.#misses += 1;
    return this.#turns.run(() => this.#homeCold(lens, part));
  }

  tweetAdded(tweet: StoredTweet): void {
    const { id, user_id, visibility, reblog_of_id = null, hashtagIds = [] } = tweet;
    // Direct messages stand on no timeline.
    if (visibility >= DIRECT) return;
    const isTagged = visibility === PUBLIC && reblog_of_id === null;
    if (reblog_of_id === null) this.#added(sourceKey('author', user_id), id, visibility);
    this.#added(sourceKey('everything', user_id), id, visibility);
    for (const hashtag of isTagged ? hashtagIds : []) {
      this.#added(sourceKey('hashtag', hashtag), id, visibility);
    }
  }

  /** Where it bears a hashtag no more, whoever reads sees that it does not belong there. */
  tweetEdited(id: number, hashtagIds: readonly number[]): void {
    this.#log.append({ kind: 'edited', id });
    this.#known.forgetEntry(id);
    for (const hashtag of hashtagIds) this.#added(sourceKey('hashtag', hashtag), id, PUBLIC);
  }

  /** Where it stands under a hashtag, whoever reads sees that it is gone. */
  tweetRemoved(id: number, userId: number): void {
    for (const kind of ['author', 'everything'] as const) {
      const key = sourceKey(kind, userId);
      this.#log.append({ kind: 'removed', key, id });
      this.#engine.removed(key, id);
    }
    this.#known.forgetEntry(id);
  }

  followsChanged(userId: number): void {
    this.#log.append({ kind: 'viewer dropped', userId });
    this.#engine.dropViewer(plain(userId));
    this.#engine.dropViewer(home(userId));
    this.#known.forgetLens(userId);
  }

  userChanged(userId: number): void {
    for (const kind of ['author', 'everything'] as const) {
      const key = sourceKey(kind, userId);
      this.#log.append({ kind: 'source dropped', key });
      this.#engine.dropSource(key);
    }
    // What others have repeated of his is shown or hidden with him.
    this.#known.forgetEntries();
    this.followsChanged(userId);
  }

  userGone(userId: number): void {
    this.userChanged(userId);
  }

  everythingChanged(): void {
    this.#log.append({ kind: 'all dropped' });
    this.#engine = new Engine(this.#options);
    this.#known.forgetAll();
  }

  #added(key: number, id: number, flags: number): void {
    this.#log.append({ kind: 'added', key, id, flags });
    this.#engine.added(key, id, flags);
  }

  async #readCold(userId: number, page: TimelinePage): Promise<readonly number[] | undefined> {
    const entries = this.#entriesFor(userId, page);
    if (entries !== undefined && (await this.#builder.warm({ userId, kind: 'plain' }, entries))) {
      const ids = this.#engine.page(plain(userId), page);
      if (ids) return ids;
    }
    return this.#tables.read(userId, page);
  }

  /** How many entries a timeline needs for this page; undefined when SQL does better. */
  #entriesFor(userId: number, { before, limit }: TimelinePage): number | undefined {
    if (before !== undefined) return undefined;
    // A timeline that was too short for the page, since some of it is not for everyone, gets longer.
    const wanted = Math.max(limit + SPARE_ENTRIES, 2 * this.#engine.entriesOf(plain(userId)));
    return wanted > MOST_ENTRIES ? undefined : Math.ceil(wanted / PER_BLOCK) * PER_BLOCK;
  }

  async #homeCold(lens: Lens, part: FeedPart): Promise<FeedEntries> {
    const { viewerId: userId } = lens;
    // Who is warm already has asked for what lies deeper, which is for SQL; or a source has gone.
    const isDeep = this.#engine.entriesOf(home(userId)) > 0 && part.from !== NEWEST;
    if (!isDeep && (await this.#builder.warm({ userId, kind: 'home' }, HOME_ENTRIES))) {
      const entries = await this.#entriesInMemory(lens, part);
      if (entries) return entries;
    }
    return this.#tables.homeEntries(lens, part);
  }

  /** A part of a home timeline, when its ids are in memory. */
  #entriesInMemory(lens: Lens, part: FeedPart): MaybePromise<FeedEntries> | undefined {
    const known = this.#engine.part(home(lens.viewerId), { ...part, limit: part.atLeast });
    return known && this.#known.partOf(lens, part, known);
  }
}

const plain = (userId: number) => timelineKey({ userId, kind: 'plain' });
const home = (userId: number) => timelineKey({ userId, kind: 'home' });
