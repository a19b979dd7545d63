import { TryLaterError } from './errors.ts';

export interface WorkQueueOptions {
  /** Tasks that run at once. */
  readonly workers: number;
  /** Tasks that may wait. */
  readonly limit: number;
}

/** When somebody who was told `busy` may come again. */
export const RETRY_AFTER_MS = 2000;

/** Runs heavy tasks a few at a time, in turn, and turns away what it could not reach soon. */
export class WorkQueue {
  readonly #workers: number;
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ workers, limit }: WorkQueueOptions) {
    this.#workers = workers;
    this.#limit = limit;
  }

  /** @throws {TryLaterError} `busy` when too many tasks are waiting */
  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#start();
    try {
      return await task();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #start(): Promise<void> {
    if (this.#running < this.#workers) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#limit) throw new TryLaterError('busy', RETRY_AFTER_MS);
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
