/** Walks over entries until a page is full: some of what is read is not shown. */
import type { Belongs } from './lenses.ts';
import { REBLOG_WINDOW } from './limits.ts';
import { whenThere } from './maybe-promise.ts';
import type { FeedEntries, FeedEntry, FeedPart, MaybePromise } from './ports.ts';
import type { TimelineRange } from './timelines.ts';

/** What is walked over. */
export interface Feed {
  readonly read: (part: FeedPart) => MaybePromise<FeedEntries>;
  readonly belongs: Belongs;
}

/** Above every id. */
const NEWEST = Number.MAX_SAFE_INTEGER;

/**
 * The ids of a page, newest first; at once where nothing is to be waited for. A reblog is left out when
 * the tweet that it repeats, itself or as another reblog, is among the 40 entries before it.
 */
export function pageOf(feed: Feed, range: TimelineRange): MaybePromise<readonly number[]> {
  return range.fromBelow ? pageUpward(feed, range) : pageDownward(feed, range);
}

/** What was made of the part of a feed that its page begins with, noted there. */
interface KnownPage {
  readonly above: number | undefined;
  readonly limit: number;
  /** All parts that it was made of. */
  readonly parts: readonly FeedEntries[];
  readonly ids: readonly number[];
}

/** What is made of more parts is not noted: they would all be kept with it, and they seldom come again. */
const MOST_NOTED = 2;

function pageDownward(feed: Feed, range: TimelineRange): MaybePromise<readonly number[]> {
  const { below = NEWEST, above, limit } = range;
  const walk = new Walk(feed, { from: below, isUpward: false }, limit);
  return whenThere(walk.readOn(), (first) => {
    const known = first.note as KnownPage | undefined;
    const isAsked = known?.above === above && known?.limit === limit;
    return whenThere(isAsked && isAsItWas(walk, known.parts), (isGood) => {
      if (known && isGood) return known.ids;
      return whenThere(walk.until(newestOf(walk, range)), (ids) => {
        const { parts } = walk;
        const page: KnownPage = { above, limit, parts, ids };
        first.note = parts.length <= MOST_NOTED ? page : undefined;
        return ids;
      });
    });
  });
}

/** Whether the parts behind the first are those of a page that is known. */
function isAsItWas(walk: Walk, parts: readonly FeedEntries[], at = 1): MaybePromise<boolean> {
  if (at === parts.length) return true;
  return whenThere(walk.readOn(), (part) => part === parts[at] && isAsItWas(walk, parts, at + 1));
}

/** @returns what goes on from where it stopped; undefined until what it depends on has been read */
function newestOf(
  walk: Walk,
  { above = 0, limit }: TimelineRange,
): () => readonly number[] | undefined {
  const ids: number[] = [];
  let at = 0;
  return () => {
    for (; ids.length < limit; at += 1) {
      const entry = walk.entries[at];
      if (!entry) return walk.isAtEnd ? ids : undefined;
      if (entry.id <= above) return ids;
      const isRepeated = entry.reblog_of_id === null ? false : isRepeatedBehind(walk, at);
      if (isRepeated === undefined) return undefined;
      if (!isRepeated) ids.push(entry.id);
    }
    return ids;
  };
}

/**
 * Whether one of the entries within the window behind a reblog is the same tweet.
 *
 * @returns undefined when that is still to be read
 */
function isRepeatedBehind({ entries, isAtEnd }: Walk, at: number): boolean | undefined {
  const tweet = entries[at]?.reblog_of_id;
  for (let i = at + 1; i <= at + REBLOG_WINDOW; i += 1) {
    const older = entries[i];
    if (!older) return isAtEnd ? false : undefined;
    if (tweetOf(older) === tweet) return true;
  }
  return false;
}

async function pageUpward(
  feed: Feed,
  { below = NEWEST, above = 0, limit }: TimelineRange,
): Promise<readonly number[]> {
  const before = new Walk(feed, { from: above + 1, isUpward: false }, REBLOG_WINDOW);
  const older = await before.until(() => before.first(REBLOG_WINDOW));
  const walk = new Walk(feed, { from: above, isUpward: true }, limit);
  const window = older.map(tweetOf).toReversed();
  return walk.until(oldestOf(walk, window, { below, limit }));
}

/**
 * @param window the tweets before those walked over, the nearest last
 * @returns as `newestOf`
 */
function oldestOf(
  walk: Walk,
  window: readonly number[],
  { below, limit }: { readonly below: number; readonly limit: number },
): () => readonly number[] | undefined {
  const before = [...window];
  const ids: number[] = [];
  let at = 0;
  return () => {
    for (; ids.length < limit; at += 1) {
      const entry = walk.entries[at];
      if (!entry && !walk.isAtEnd) return undefined;
      if (!entry || entry.id >= below) break;
      const isShown = entry.reblog_of_id === null || !before.includes(entry.reblog_of_id);
      if (isShown) ids.push(entry.id);
      before.push(tweetOf(entry));
      if (before.length > REBLOG_WINDOW) before.shift();
    }
    return ids.toReversed();
  };
}

const tweetOf = ({ id, reblog_of_id }: FeedEntry): number => reblog_of_id ?? id;

/** The entries in one direction that are to be shown, read as far as they are asked for. */
class Walk {
  readonly #feed: Feed;
  readonly #isUpward: boolean;
  /** How many are asked for with the next part. */
  #atLeast: number;
  #parts: readonly FeedEntries[] = [];
  #from: number | undefined;
  #entries: readonly FeedEntry[] = [];
  /** How many of the parts are in the above. */
  #looked = 0;

  /** @param atLeast how many are asked for in any case; what is behind them, where there are reblogs */
  constructor(
    feed: Feed,
    { from, isUpward }: Pick<FeedPart, 'from' | 'isUpward'>,
    atLeast: number,
  ) {
    this.#feed = feed;
    this.#from = from;
    this.#isUpward = isUpward;
    this.#atLeast = atLeast;
  }

  /** What has been read. */
  get parts(): readonly FeedEntries[] {
    return this.#parts;
  }

  /** Those of it that are to be shown. */
  get entries(): readonly FeedEntry[] {
    for (; this.#looked < this.#parts.length; this.#looked += 1) {
      const shown = this.#parts[this.#looked]?.entries.filter(this.#feed.belongs) ?? [];
      this.#entries = this.#entries.length === 0 ? shown : [...this.#entries, ...shown];
    }
    return this.#entries;
  }

  get isAtEnd(): boolean {
    return this.#from === undefined;
  }

  /** The first ones, as many as there are; undefined when they are still to be read. */
  first(count: number): readonly FeedEntry[] | undefined {
    if (this.entries.length < count && !this.isAtEnd) return undefined;
    return this.entries.slice(0, count);
  }

  /** Reads on until `find` finds what it looks for, at the end at last. */
  until<T>(find: () => T | undefined): MaybePromise<T> {
    return find() ?? whenThere(this.readOn(), () => this.until(find));
  }

  /** Reads the next part; there must be one. */
  readOn(): MaybePromise<FeedEntries> {
    const part = { from: this.#from ?? 0, isUpward: this.#isUpward, atLeast: this.#atLeast };
    this.#atLeast = REBLOG_WINDOW;
    return whenThere(this.#feed.read(part), (read) => {
      this.#parts = [...this.#parts, read];
      this.#from = read.next;
      return read;
    });
  }
}
