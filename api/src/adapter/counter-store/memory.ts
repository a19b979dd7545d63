/** Counts in this process: right for one server. */
import { LRUCache } from 'lru-cache';
import type { Clock, Count, CounterStore } from '../../service/ports.ts';

/** So that a flood of addresses costs some memory and no more; the least used are forgotten. */
const MOST_KEYS = 200_000;

interface Entry {
  count: number;
  readonly endsAt: number;
}

export class MemoryCounterStore implements CounterStore {
  readonly #entries = new LRUCache<string, Entry>({ max: MOST_KEYS });
  readonly #now: Clock;

  constructor(now: Clock) {
    this.#now = now;
  }

  async increment(key: string, ttlMs: number): Promise<Count> {
    const now = this.#now();
    let entry = this.#live(key, now);
    if (!entry) {
      entry = { count: 0, endsAt: now + ttlMs };
      this.#entries.set(key, entry);
    }
    entry.count += 1;
    return { count: entry.count, leftMs: entry.endsAt - now };
  }

  async get(key: string): Promise<Count | undefined> {
    const now = this.#now();
    const entry = this.#live(key, now);
    return entry && { count: entry.count, leftMs: entry.endsAt - now };
  }

  async delete(key: string): Promise<void> {
    this.#entries.delete(key);
  }

  #live(key: string, now: number): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry && entry.endsAt > now ? entry : undefined;
  }
}
