/**
 * A map that forgets: what was not asked for while `size` others came. It has two generations; when
 * the young one is full it becomes the old one, and the old one is let go.
 */
export class YoungMap<V> {
  readonly #size: number;
  #young = new Map<number, V>();
  #old = new Map<number, V>();

  /** @param size entries of one generation; twice as many may be there */
  constructor(size: number) {
    this.#size = Math.max(1, Math.floor(size));
  }

  get(key: number): V | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: number, value: V): void {
    if (this.#young.size >= this.#size) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  delete(key: number): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }

  clear(): void {
    this.#young = new Map();
    this.#old = new Map();
  }
}
