/**
 * Has tweets and people found, behind those who write: a tweet's terms are dozens of rows, which
 * would make storing it slower by as much. Until then a search looks at the new ones themselves.
 * Of what was there before, the newest tweets come first.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Store, Tx } from '../model/database.ts';
import type { LeaseDao } from '../model/leases.ts';
import type { SearchCursor } from '../model/schema.ts';
import type { SearchProgressDao } from '../model/search-progress.ts';
import { timeOfTweetId, tweetIdAt } from '../model/tweet-ids.ts';
import type { Clock, Log } from './ports.ts';
import type { SearchIndex } from './search-index.ts';

interface Dependencies {
  readonly store: Store;
  readonly searchProgress: SearchProgressDao;
  readonly searchIndex: SearchIndex;
  readonly leases: LeaseDao;
  readonly now: Clock;
  readonly log: Log;
}

const EVERY_MS = 5000;
const LEASE = 'search';
const LEASE_MS = 60_000;
/** What one unit of work takes on: others who write wait for it. */
const TWEETS_PER_UNIT = 200;
const PEOPLE_PER_UNIT = 200;
/** Few new tweets wait so long for more: together they cost less. */
const PATIENCE_MS = 60_000;
/** A change may be readable so long after the time that stands in it. */
const PEOPLE_SETTLE_MS = 60_000;
const HIGHEST = Number.MAX_SAFE_INTEGER;

export class SearchIndexer {
  readonly #deps: Dependencies;
  readonly #holder = randomUUID();
  readonly #stopping = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#round(), EVERY_MS);
    this.#timer.unref();
  }

  /** Waits for the unit under way, if any: only then the lease is given back for good. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#running?.catch(() => {});
    await this.#deps.leases.release(LEASE, this.#holder).catch(() => {});
  }

  /**
   * Indexes all there is, unless another server does. A change of the last minute may be left for
   * the next time.
   *
   * @param isPatient whether few new tweets may wait for more; what is under way already stays as it is
   */
  run(isPatient = false): Promise<void> {
    this.#running ??= this.#work(isPatient).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #work(isPatient: boolean): Promise<void> {
    if (!(await this.#mayWork())) return;
    await this.#begin();
    for (;;) {
      const begun = performance.now();
      const isWorking =
        (await this.#people()) || (await this.#newTweets(isPatient)) || (await this.#olderTweets());
      if (!isWorking || this.#stopping.signal.aborted) return;
      await this.#breathe(performance.now() - begun);
      if (!(await this.#mayWork())) return;
    }
  }

  async #round(): Promise<void> {
    try {
      await this.run(true);
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'the search index is behind');
    }
  }

  /** Leaves the database to others for as long as it was kept busy. */
  async #breathe(ms: number): Promise<void> {
    await sleep(Math.min(ms, 1000), undefined, this.#stopping).catch(() => {});
  }

  async #mayWork(): Promise<boolean> {
    const { leases, now } = this.#deps;
    return leases.acquire(LEASE, this.#holder, now(), LEASE_MS);
  }

  /** New tweets are those from now on. */
  async #begin(): Promise<void> {
    const { store, searchProgress } = this.#deps;
    if (await searchProgress.of('tweets above')) return;
    const settled = this.#settledId();
    await store.write(async (tx) => {
      await this.#note(tx, 'tweets above', settled);
      await this.#note(tx, 'tweets below', settled + 1);
    });
  }

  /** @returns whether there was work to do */
  async #people(): Promise<boolean> {
    const { store, searchProgress, searchIndex, now } = this.#deps;
    const after = (await searchProgress.of('users')) ?? { position: 0, user_id: 0 };
    const until = now() - PEOPLE_SETTLE_MS;
    const people = await searchProgress.changedPeople(after, until, PEOPLE_PER_UNIT);
    const last = people.at(-1);
    if (!last) return false;
    await store.write(async (tx) => {
      const ids = people.map(({ id }) => id);
      await searchIndex.setPeople(tx, await searchProgress.holdPeople(tx, ids));
      const reached = { position: last.updated_at, user_id: last.id };
      await searchProgress.set(tx, 'users', reached);
    });
    return true;
  }

  /** @returns whether there was work to do */
  async #newTweets(isPatient: boolean): Promise<boolean> {
    const { searchProgress, now } = this.#deps;
    const start = await this.#positionOf('tweets above');
    for (let above = start; ;) {
      const span = { above, below: HIGHEST };
      const scanned = await searchProgress.scan(span, 'oldest first', TWEETS_PER_UNIT);
      const last = scanned.at(-1)?.id ?? above;
      const ids = scanned.filter(({ isIndexed }) => isIndexed === 0).map(({ id }) => id);
      const isFull = scanned.length === TWEETS_PER_UNIT;
      const age = now() - timeOfTweetId(ids[0] ?? 0);
      if (ids.length > 0 && isPatient && !isFull && age < PATIENCE_MS) return false;

      const reached = Math.min(last, this.#settledId());
      if (ids.length > 0 || reached > start) await this.#index(ids, 'tweets above', reached);
      if (ids.length > 0) return true;
      if (!isFull) return false;
      above = last;
    }
  }

  /** @returns whether there was work to do */
  async #olderTweets(): Promise<boolean> {
    const below = await this.#positionOf('tweets below');
    if (below === 0) return false;
    const span = { above: 0, below };
    const scanned = await this.#deps.searchProgress.scan(span, 'newest first', TWEETS_PER_UNIT);
    const ids = scanned.filter(({ isIndexed }) => isIndexed === 0).map(({ id }) => id);
    await this.#index(ids, 'tweets below', scanned.at(-1)?.id ?? 0);
    return true;
  }

  async #index(ids: readonly number[], cursor: SearchCursor, reached: number): Promise<void> {
    const { store, searchProgress, searchIndex } = this.#deps;
    await store.write(async (tx) => {
      if (ids.length > 0) await searchIndex.addTweets(tx, await searchProgress.hold(tx, ids));
      await this.#note(tx, cursor, reached);
    });
  }

  async #positionOf(cursor: SearchCursor): Promise<number> {
    return (await this.#deps.searchProgress.of(cursor))?.position ?? 0;
  }

  async #note(tx: Tx, cursor: SearchCursor, position: number): Promise<void> {
    await this.#deps.searchProgress.set(tx, cursor, { position, user_id: 0 });
  }

  /** All tweets up to this id can be read by now. */
  #settledId(): number {
    const { searchProgress, now } = this.#deps;
    return tweetIdAt(now() - searchProgress.settlesAfterMs) - 1;
  }
}
