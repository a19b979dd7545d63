/** A map with limited room: what was not asked for since it was last spared goes first. */

/** What can be kept; it bears the mark itself, since each object more is a cache miss more. */
export interface Keepable {
  /** Whether it was asked for since the hand last came by; the cache's own affair. */
  wasAskedFor: boolean;
}

export interface CacheLimits<K, V> {
  /** How much there may be in all. */
  readonly most: number;
  /** How much one counts, always the same; 1 when it is not given. */
  readonly sizeOf?: (value: V) => number;
  /** To be told when one goes, for whatever reason but `clear`. */
  readonly dropped?: (key: K, value: V) => void;
}

/**
 * A hand goes around the entries, and drops those that were not asked for since it last came by (the
 * CLOCK of page replacement, Corbató 1968). To find one is a look into a map and a flag, where an LRU list would
 * write to its neighbours, too: this runs several times for every request.
 */
export class SecondChanceCache<K, V extends Keepable> {
  readonly #limits: CacheLimits<K, V>;
  readonly #entries = new Map<K, V>();
  /** Where the search for one to be dropped goes on. */
  #hand = this.#entries.entries();
  #size = 0;

  constructor(limits: CacheLimits<K, V>) {
    this.#limits = limits;
  }

  /** How much there is. */
  get size(): number {
    return this.#size;
  }

  get(key: K): V | undefined {
    const value = this.#entries.get(key);
    // Written only when it changes: memory that is only read costs less.
    if (value && !value.wasAskedFor) value.wasAskedFor = true;
    return value;
  }

  has(key: K): boolean {
    return this.#entries.has(key);
  }

  /** Puts it in place of an earlier one, and makes room for it; what is too large alone is not kept. */
  set(key: K, value: V): void {
    const { most } = this.#limits;
    const size = this.#sizeOf(value);
    this.delete(key);
    if (size > most) return;
    while (this.#size + size > most) this.#dropOne();
    value.wasAskedFor = false;
    this.#entries.set(key, value);
    this.#size += size;
  }

  delete(key: K): void {
    const value = this.#entries.get(key);
    if (!value) return;
    this.#entries.delete(key);
    this.#size -= this.#sizeOf(value);
    this.#limits.dropped?.(key, value);
  }

  clear(): void {
    this.#entries.clear();
    this.#size = 0;
  }

  #sizeOf(value: V): number {
    return this.#limits.sizeOf?.(value) ?? 1;
  }

  /** The hand goes around; each that it spares has to be asked for again, so this ends. */
  #dropOne(): void {
    for (;;) {
      const { done, value } = this.#hand.next();
      if (done) this.#hand = this.#entries.entries();
      else if (!value[1].wasAskedFor) return this.delete(value[0]);
      else value[1].wasAskedFor = false;
    }
  }
}
