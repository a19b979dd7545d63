/** Work in a few lanes: what is about the same is done in the order in which it came. */

export class Lanes {
  readonly #ends: Promise<void>[];
  readonly #limit: number;
  #waiting = 0;

  /** @param limit how much may wait */
  constructor(count: number, limit: number) {
    this.#ends = Array.from({ length: count }, () => Promise.resolve());
    this.#limit = limit;
  }

  /**
   * Does it after all that came before with the same key.
   *
   * @param task must not fail
   * @returns false when too much waits: then it is not done
   */
  run(key: number, task: () => Promise<void>): boolean {
    if (this.#waiting >= this.#limit) return false;
    this.#waiting += 1;
    const lane = key % this.#ends.length;
    const done = () => {
      this.#waiting -= 1;
    };
    this.#ends[lane] = (this.#ends[lane] ?? Promise.resolve()).then(task).finally(done);
    return true;
  }

  /** When all that has come so far is done. */
  async idle(): Promise<void> {
    await Promise.all(this.#ends);
  }
}
