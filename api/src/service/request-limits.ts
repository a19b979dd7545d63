/**
 * How many requests of the richer face one may send: counted by each server for itself, in windows
 * that begin for all at the same moment, so that a count costs next to nothing.
 */
import { TryLaterError } from './errors.ts';
import type { Clock } from './ports.ts';
import { networkOf } from './throttles.ts';

const WINDOW_MS = 5 * 60_000;

/** Where somebody stands after one more request. */
export interface RequestUse {
  readonly limit: number;
  readonly remaining: number;
  /** When the next window begins, in epoch milliseconds. */
  readonly resetAt: number;
  /** What he is told, once he has none left. */
  readonly refusal: TryLaterError | undefined;
}

export class RequestLimits {
  readonly #now: Clock;
  readonly #limit: number;
  #counts = new Map<number | string, number>();
  #resetAt = 0;

  /** @param limit requests in a window; undefined for no limit */
  constructor({ now, limit }: { now: Clock; limit: number | undefined }) {
    this.#now = now;
    this.#limit = limit ?? Infinity;
  }

  /**
   * Counts one request.
   *
   * @param who the id of a user, or the network address of whoever has not logged in
   * @returns undefined where there is no limit
   */
  use(who: number | string): RequestUse | undefined {
    const limit = this.#limit;
    if (limit === Infinity) return undefined;
    const now = this.#now();
    if (now >= this.#resetAt) {
      this.#resetAt = (Math.floor(now / WINDOW_MS) + 1) * WINDOW_MS;
      this.#counts = new Map();
    }
    const key = typeof who === 'string' ? networkOf(who) : who;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    const resetAt = this.#resetAt;
    const refusal =
      count > limit ? new TryLaterError('too_many_attempts', resetAt - now) : undefined;
    return { limit, remaining: Math.max(0, limit - count), resetAt, refusal };
  }
}
