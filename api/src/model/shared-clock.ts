/** The clock that instances agree on: the database's, kept in step with this machine's. */
import type { Store } from './database.ts';

const RESYNC_MS = 60_000;
/** An answer that was this quick is off by half of it at most, which is good enough. */
const QUICK_MS = 4;
/** Questions until the quickest answer so far must do. */
const TRIES = 8;

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
    let best = await this.#ask();
    for (let tries = 1; tries < TRIES && best.tookMs > QUICK_MS; tries += 1) {
      const next = await this.#ask();
      if (next.tookMs < best.tookMs) best = next;
    }
    this.#offsetMs = best.offsetMs;
  }

  /** Their clock was read about half-way between question and answer (Cristian, 1989). */
  async #ask(): Promise<{ readonly offsetMs: number; readonly tookMs: number }> {
    const asked = Date.now();
    const theirs = await this.#store.now();
    const answered = Date.now();
    return {
      offsetMs: Math.round(theirs - (asked + answered) / 2),
      tookMs: answered - asked,
    };
  }
}
