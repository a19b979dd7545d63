/**
 * Timelines from memory. The database is the truth; what is here may be dropped at any moment, and
 * is built again from SQL when somebody asks. Writers tell what they have changed after their COMMIT.
 */
import type {
  FeedEntries,
  FeedPart,
  Lens,
  MaybePromise,
  TimelineEntry,
  TimelinePage,
  TimelineStats,
  TimelineStore,
  Turns,
} from '../../../service/ports.ts';
import type { TimelineTables as Tables } from '../sql.ts';
import { Engine, type EngineOptions, type SourceEntries } from './engine.ts';
import { MOST_ENTRIES, PER_BLOCK } from './entries.ts';
import { EventLog, type TimelineEvent } from './event-log.ts';
import { sourceKey } from './sources.ts';

/** The tables, read by index; all answers are of the moment they are given. */
export interface TimelineTables extends Tables {
  /** The user and those he follows; undefined when there is no such user. */
  authorsFor(userId: number): Promise<readonly number[] | undefined>;
  /**
   * The newest tweets by author, `limit` of each at most, newest first. Authors whose tweets are
   * not to be seen are left out.
   */
  newestOf(
    authors: readonly number[],
    limit: number,
  ): Promise<ReadonlyMap<number, readonly TimelineEntry[]>>;
}

/** A timeline that is disturbed this often while it is being built is answered by SQL. */
const ATTEMPTS = 5;
/** Authors per query; between two queries other work gets its turn. */
const AUTHORS_PER_QUERY = 50;
/** Entries of a timeline beyond the page, so that it lasts when tweets are removed. */
const SPARE_ENTRIES = 2 * PER_BLOCK;

export class MemoryTimelineStore implements TimelineStore {
  readonly #tables: TimelineTables;
  readonly #options: EngineOptions;
  readonly #turns: Turns;
  readonly #log = new EventLog();
  #engine: Engine;
  /** Timelines being built, by user. */
  readonly #warming = new Map<number, Promise<boolean>>();
  #hits = 0;
  #misses = 0;

  /** @param turns for reads that need the database; without them all are read at once */
  constructor(
    tables: TimelineTables,
    options: EngineOptions,
    turns: Turns = { run: (task) => task() },
  ) {
    this.#tables = tables;
    this.#options = options;
    this.#turns = turns;
    this.#engine = new Engine(options);
  }

  get stats(): TimelineStats {
    return { hits: this.#hits, misses: this.#misses, bytes: this.#engine.usedBytes };
  }

  read(userId: number, page: TimelinePage): MaybePromise<readonly number[] | undefined> {
    const ids = this.#engine.page(userId, page);
    if (ids) {
      this.#hits += 1;
      return ids;
    }
    this.#misses += 1;
    return this.#turns.run(() => this.#readCold(userId, page));
  }

  lensOf(viewerId: number, now: number): MaybePromise<Lens | undefined> {
    return this.#turns.run(() => this.#tables.lensOf(viewerId, now));
  }

  homeEntries(lens: Lens, part: FeedPart): MaybePromise<FeedEntries> {
    return this.#turns.run(() => this.#tables.homeEntries(lens, part));
  }

  tweetAdded({ id, user_id, visibility }: TimelineEntry): void {
    const key = sourceKey('author', user_id);
    this.#log.append({ kind: 'added', key, id, flags: visibility });
    this.#engine.added(key, id, visibility);
  }

  tweetRemoved(id: number, userId: number): void {
    const key = sourceKey('author', userId);
    this.#log.append({ kind: 'removed', key, id });
    this.#engine.removed(key, id);
  }

  followsChanged(userId: number): void {
    this.#log.append({ kind: 'viewer dropped', userId });
    this.#engine.dropViewer(userId);
  }

  userChanged(userId: number): void {
    const key = sourceKey('author', userId);
    this.#log.append({ kind: 'source dropped', key });
    this.#engine.dropSource(key);
    this.followsChanged(userId);
  }

  everythingChanged(): void {
    this.#log.append({ kind: 'all dropped' });
    this.#engine = new Engine(this.#options);
  }

  async #readCold(userId: number, page: TimelinePage): Promise<readonly number[] | undefined> {
    const entries = this.#entriesFor(userId, page);
    if (entries !== undefined && (await this.#warmOnce(userId, entries))) {
      const ids = this.#engine.page(userId, page);
      if (ids) return ids;
    }
    return this.#tables.read(userId, page);
  }

  /** How many entries a timeline needs for this page; undefined when SQL does better. */
  #entriesFor(userId: number, { before, limit }: TimelinePage): number | undefined {
    if (before !== undefined) return undefined;
    // A timeline that was too short for the page, since some of it is not for everyone, gets longer.
    const wanted = Math.max(limit + SPARE_ENTRIES, 2 * this.#engine.entriesOf(userId));
    return wanted > MOST_ENTRIES ? undefined : Math.ceil(wanted / PER_BLOCK) * PER_BLOCK;
  }

  /** Makes a viewer warm; several who ask at once wait for the same. */
  #warmOnce(userId: number, entries: number): Promise<boolean> {
    const running = this.#warming.get(userId);
    if (running) return running;
    const warming = this.#warm(userId, entries).finally(() => this.#warming.delete(userId));
    this.#warming.set(userId, warming);
    return warming;
  }

  async #warm(userId: number, entries: number): Promise<boolean> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { value, since } = await this.#log.during(() => this.#build(userId, entries));
      if (value === 'no') return false;
      if (value === 'yes' && !since.some((event) => concernsViewer(event, userId))) return true;
      this.#engine.dropViewer(userId);
    }
    return false;
  }

  /** Builds a timeline; what changes meanwhile is the caller's affair. */
  async #build(userId: number, entries: number): Promise<'yes' | 'no' | 'again'> {
    const authors = await this.#tables.authorsFor(userId);
    if (!authors) return 'no';
    const keys = authors.map((id) => sourceKey('author', id));
    for (let attempt = 0; attempt < 2 * ATTEMPTS; attempt += 1) {
      const warming = this.#engine.warm(userId, keys, entries);
      if (warming.kind === 'warm') return 'yes';
      if (warming.kind === 'too large') return 'no';
      const wanted = new Set(warming.keys);
      const missing = authors.filter((_, i) => wanted.has(keys[i] as number));
      if (!(await this.#load(missing, warming.entries))) return 'no';
    }
    return 'again';
  }

  /** Loads sources. @returns false when there is no room for them */
  async #load(authors: readonly number[], entries: number): Promise<boolean> {
    for (let from = 0; from < authors.length; from += AUTHORS_PER_QUERY) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      const some = authors.slice(from, from + AUTHORS_PER_QUERY);
      const { value: found, since } = await this.#log.during(() =>
        this.#tables.newestOf(some, entries),
      );
      if (!this.#install(some, entries, found, since)) return false;
    }
    return true;
  }

  #install(
    authors: readonly number[],
    limit: number,
    found: ReadonlyMap<number, readonly TimelineEntry[]>,
    since: readonly TimelineEvent[],
  ): boolean {
    for (const author of authors) {
      const key = sourceKey('author', author);
      // Somebody else may have loaded it meanwhile, or what was read may be outdated.
      if (this.#engine.hasSource(key, limit)) continue;
      if (since.some((event) => concernsSource(event, key))) continue;
      if (!this.#engine.load(key, entriesFrom(found.get(author), limit))) return false;
      for (const event of since) {
        if (event.kind === 'added' && event.key === key)
          this.#engine.added(key, event.id, event.flags);
        if (event.kind === 'removed' && event.key === key) this.#engine.removed(key, event.id);
      }
    }
    return true;
  }
}

/** Fewer rows than asked for mean that there are no more. */
function entriesFrom(
  rows: readonly TimelineEntry[] | undefined,
  limit: number,
): SourceEntries | 'hidden' {
  if (!rows) return 'hidden';
  return {
    ids: rows.map((row) => row.id),
    flags: rows.map((row) => row.visibility),
    floor: rows.length < limit ? 0 : (rows.at(-1)?.id ?? 0),
  };
}

function concernsViewer(event: TimelineEvent, userId: number): boolean {
  return (
    event.kind === 'all dropped' || (event.kind === 'viewer dropped' && event.userId === userId)
  );
}

function concernsSource(event: TimelineEvent, key: number): boolean {
  return event.kind === 'all dropped' || (event.kind === 'source dropped' && event.key === key);
}
