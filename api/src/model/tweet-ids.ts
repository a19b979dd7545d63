/**
 * Tweet ids: time-ordered integers below 2^53, made here and not by the database.
 *
 * `id = (ms since 2025-01-01T00:00Z) × 4096 + node (0–31) × 128 + counter (0–127)`, good until 2094.
 * Arithmetic, not bit shifts: the numbers are wider than 32 bits.
 */

/** 2025-01-01T00:00:00Z in epoch milliseconds. */
export const TWEET_EPOCH_MS = Date.UTC(2025, 0, 1);
export const NODES = 32;
const COUNTERS = 128;
const IDS_PER_MS = NODES * COUNTERS;

/** When the tweet with this id was written, in epoch milliseconds. */
export function timeOfTweetId(id: number): number {
  return Math.floor(id / IDS_PER_MS) + TWEET_EPOCH_MS;
}

/** The lowest id of a tweet written at this time, in epoch milliseconds. */
export function tweetIdAt(time: number): number {
  return (time - TWEET_EPOCH_MS) * IDS_PER_MS;
}

export interface TweetIdsOptions {
  /** This instance's number, 0–31; no other instance may use it. Throws when there is none now. */
  readonly node: () => number;
  /** The highest tweet id in the database, or 0. */
  readonly above: number;
  /** The clock in epoch milliseconds; it may run back, the ids will not. */
  readonly now: () => number;
}

export class TweetIds {
  readonly #node: () => number;
  readonly #now: () => number;
  #lastMs: number;
  #counter = 0;
  #lastNode = 0;

  constructor({ node, above, now }: TweetIdsOptions) {
    this.#node = node;
    this.#now = now;
    this.#lastMs = Math.floor(above / IDS_PER_MS);
    // That millisecond may be spent: the first id comes from the next one.
    this.#counter = COUNTERS - 1;
  }

  /**
   * A new id, higher than every id this object has given.
   *
   * @throws {StoreUnavailable} while this instance has no node number
   */
  next(): number {
    const node = this.#node();
    const ms = this.#now() - TWEET_EPOCH_MS;
    if (ms > this.#lastMs) {
      this.#lastMs = ms;
      this.#counter = 0;
    } else if (node === this.#lastNode && this.#counter < COUNTERS - 1) {
      this.#counter += 1;
    } else {
      // This millisecond is spent; or a smaller node would make a smaller id of it.
      this.#lastMs += 1;
      this.#counter = 0;
    }
    this.#lastNode = node;
    return this.#lastMs * IDS_PER_MS + node * COUNTERS + this.#counter;
  }
}
