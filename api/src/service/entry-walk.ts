/** Walks over entries until a page is full: some of what is read is not shown. */
import type { Belongs } from './lenses.ts';
import { REBLOG_WINDOW } from './limits.ts';
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
 * The ids of a page, newest first. A reblog is left out when the tweet that it repeats, itself or as
 * another reblog, is among the 40 entries before it.
 */
export async function pageOf(feed: Feed, range: TimelineRange): Promise<number[]> {
  return range.fromBelow ? pageUpward(feed, range) : pageDownward(feed, range);
}

async function pageDownward(feed: Feed, { below, above, limit }: TimelineRange): Promise<number[]> {
  const walk = new Walk(feed, { from: below ?? NEWEST, isUpward: false }, limit);
  const ids: number[] = [];
  for (let i = 0; ids.length < limit; i += 1) {
    const entry = walk.known(i) ?? (await walk.at(i));
    if (!entry || (above !== undefined && entry.id <= above)) break;
    if (entry.reblog_of_id === null || !(await isRepeated(walk, entry, i))) ids.push(entry.id);
  }
  return ids;
}

/** Whether one of the entries within the window behind a reblog is the same tweet. */
async function isRepeated(walk: Walk, entry: FeedEntry, at: number): Promise<boolean> {
  for (let i = at + 1; i <= at + REBLOG_WINDOW; i += 1) {
    const older = walk.known(i) ?? (await walk.at(i));
    if (!older) return false;
    if (tweetOf(older) === entry.reblog_of_id) return true;
  }
  return false;
}

async function pageUpward(
  feed: Feed,
  { below = NEWEST, above = 0, limit }: TimelineRange,
): Promise<number[]> {
  const before = new Walk(feed, { from: above + 1, isUpward: false }, REBLOG_WINDOW);
  const window: number[] = [];
  for (let i = REBLOG_WINDOW - 1; i >= 0; i -= 1) {
    const entry = await before.at(i);
    if (entry) window.push(tweetOf(entry));
  }
  const walk = new Walk(feed, { from: above, isUpward: true }, limit);
  const ids: number[] = [];
  for (let i = 0; ids.length < limit; i += 1) {
    const entry = await walk.at(i);
    if (!entry || entry.id >= below) break;
    const isShown = entry.reblog_of_id === null || !window.includes(entry.reblog_of_id);
    if (isShown) ids.push(entry.id);
    window.push(tweetOf(entry));
    if (window.length > REBLOG_WINDOW) window.shift();
  }
  return ids.toReversed();
}

const tweetOf = ({ id, reblog_of_id }: FeedEntry): number => reblog_of_id ?? id;

/** The entries in one direction that are to be shown, read as far as they are asked for. */
class Walk {
  readonly #feed: Feed;
  readonly #isUpward: boolean;
  /** How many are asked for with the next part. */
  #atLeast: number;
  readonly #entries: FeedEntry[] = [];
  #from: number | undefined;

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

  known(i: number): FeedEntry | undefined {
    return this.#entries[i];
  }

  /** Undefined beyond the last. */
  async at(i: number): Promise<FeedEntry | undefined> {
    while (i >= this.#entries.length && this.#from !== undefined) {
      const part = { from: this.#from, isUpward: this.#isUpward, atLeast: this.#atLeast };
      this.#atLeast = REBLOG_WINDOW;
      const { entries, next } = await this.#feed.read(part);
      this.#entries.push(...entries.filter(this.#feed.belongs));
      this.#from = next;
    }
    return this.#entries[i];
  }
}
