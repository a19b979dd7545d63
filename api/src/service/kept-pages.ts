/** First pages of timelines as they were last sent: most readers ask again before anything is new. */
import { areSameIds } from '../same-ids.ts';
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';

/** A page to be sent again as it is. */
export interface KeptPage extends Keepable {
  /** Of its tweets; by these it is known. */
  readonly ids: readonly number[];
  readonly json: Buffer;
}

/** Bytes that an entry takes beside the page itself: objects and the index; and for each id. */
const [ENTRY_BYTES, ID_BYTES] = [700, 16];
/** When there is no room, every so many-th page is kept: where too many come, most stay in place. */
const ADMIT_EVERY = 16;

/**
 * A page is known by the ids of its tweets: these are read anew each time, so what is kept needs no
 * telling of what comes or goes. What else its bytes depend on is for its owner to see.
 */
export class KeptPages<P extends KeptPage> {
  readonly #kept: SecondChanceCache<number, P>;
  readonly #mostBytes: number;
  #turnedAway = 0;

  /** @param mostBytes how much memory all pages together may take */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
    this.#kept = new SecondChanceCache({
      most: mostBytes,
      sizeOf: ({ json, ids }) => json.length + ids.length * ID_BYTES + ENTRY_BYTES,
    });
  }

  /** The page of these tweets, when it is kept under this key. */
  find(key: number, ids: readonly number[]): P | undefined {
    const kept = this.#kept.get(key);
    return kept && areSameIds(kept.ids, ids) ? kept : undefined;
  }

  /** Keeps a copy of a page, when there is room. */
  keep(key: number, page: P): void {
    if (this.#isFull && !this.#kept.has(key) && (this.#turnedAway += 1) % ADMIT_EVERY > 0) return;
    // In memory of its own: a piece of a larger one would hold all of that.
    const json = Buffer.allocUnsafeSlow(page.json.length);
    json.set(page.json);
    this.#kept.set(key, { ...page, json });
  }

  forgetAll(): void {
    this.#kept.clear();
  }

  get #isFull(): boolean {
    return this.#kept.size > this.#mostBytes * (1 - 1 / ADMIT_EVERY);
  }
}
