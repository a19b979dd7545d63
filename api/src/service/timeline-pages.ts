/** First pages of timelines as they were last sent: most readers ask again before anything is new. */
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';
import type { TimelineAnswer } from './timelines.ts';

/** A page to be sent again as it is, and what it was made from. */
interface KeptPage extends TimelineAnswer, Keepable {
  readonly ids: readonly number[];
  readonly limit: number;
}

/** Bytes that an entry takes beside the page itself: objects, the ids, the index. */
const ENTRY_BYTES = 600;
/** When there is no room, every so many-th page is kept: where too many come, most stay in place. */
const ADMIT_EVERY = 16;

/**
 * A page is known by the ids of its tweets: these are read anew each time, so what is kept needs no
 * telling of what has changed. Only when the text of a tweet changes must all be forgotten.
 */
export class TimelinePages {
  readonly #kept: SecondChanceCache<number, KeptPage>;
  readonly #mostBytes: number;
  #turnedAway = 0;

  /** @param mostBytes how much memory all pages together may take */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#kept = new SecondChanceCache({
      most: mostBytes,
      sizeOf: ({ tweets }) => tweets.length + ENTRY_BYTES,
    });
  }

  /** The page of these tweets, when it is kept under this key. */
  find(key: number, ids: readonly number[], limit: number): TimelineAnswer | undefined {
    const kept = this.#kept.get(key);
    return kept && kept.limit === limit && areEqual(kept.ids, ids) ? kept : undefined;
  }

  /** Keeps a copy of a page, when there is room. */
  keep(key: number, ids: readonly number[], limit: number, page: TimelineAnswer): void {
    if (this.#isFull && !this.#kept.has(key) && (this.#turnedAway += 1) % ADMIT_EVERY > 0) return;
    // In memory of its own: a piece of a larger one would hold all of that.
    const tweets = Buffer.allocUnsafeSlow(page.tweets.length);
    tweets.set(page.tweets);
    this.#kept.set(key, {
      tweets,
      next: page.next,
      ids,
      limit,
      note: undefined,
      wasAskedFor: false,
    });
  }

  /** To be told when the text of a tweet is another. */
  forgetAll(): void {
    this.#kept.clear();
  }

  get #isFull(): boolean {
    return this.#kept.size > this.#mostBytes * (1 - 1 / ADMIT_EVERY);
  }
}

function areEqual(a: readonly number[], b: readonly number[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) if (a[i] !== b[i]) return false;
  return true;
}
