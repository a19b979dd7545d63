/** The clock that instances agree on: the database's, kept in step with this machine's. */
import type { Store } from './database.ts';

const RESYNC_MS = 60_000;

export class SharedClock {
  readonly #store: Store;
  #offsetMs = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads the database's clock once, and again every minute. */
  static async start(store: Store): Promise<SharedClock> {
    const clock = new SharedClock(store);
    await clock.#sync();
    // A database that is away for a while does not stop the clock: the last offset still holds.
    clock.#timer = setInterval(() => void clock.#sync().catch(() => {}), RESYNC_MS);
    clock.#timer.unref();
    return clock;
  }

  /** Epoch milliseconds. */
  now = (): number => Date.now() + this.#offsetMs;

  stop(): void {
    clearInterval(this.#timer);
  }

  async #sync(): Promise<void> {
    if (this.#store.dialect.engine === 'sqlite') return;
    const asked = Date.now();
    const theirs = await this.#store.now();
    // It was read about half-way between question and answer.
    this.#offsetMs = Math.round(theirs - (asked + Date.now()) / 2);
  }
}
