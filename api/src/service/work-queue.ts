import { TryLaterError } from './errors.ts';
import type { QueueLoad, Turns } from './ports.ts';

export interface WorkQueueOptions {
  /** Tasks that run at once. */
  readonly workers: number;
  /** Tasks that may wait. */
  readonly limit: number;
}

/** For whom a task is. */
export interface Asker {
  /** Nobody who goes by one name gets more than half of the waiting places. */
  readonly name?: string | undefined;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

/** When somebody who was told `busy` may come again. */
export const RETRY_AFTER_MS = 2000;

/** One that waits for its turn. */
interface Waiting {
  readonly name: string | undefined;
  readonly start: () => void;
}

/** Runs heavy tasks a few at a time, in turn, and turns away what it could not reach soon. */
export class WorkQueue {
  readonly #workers: number;
  readonly #limit: number;
  /** In the order in which they came. */
  readonly #waiting = new Set<Waiting>();
  /** Of those who have a name and wait. */
  readonly #waitingByName = new Map<string, number>();
  #running = 0;
  #refused = 0;

  constructor({ workers, limit }: WorkQueueOptions) {
    this.#workers = workers;
    this.#limit = limit;
  }

  get load(): QueueLoad {
    return {
      running: this.#running,
      waiting: this.#waiting.size,
      limit: this.#limit,
      refused: this.#refused,
    };
  }

  /**
   * Runs `task` in its turn, unless nobody waits for it any more by then.
   *
   * @throws {TryLaterError} `busy` when too many tasks are waiting, of all or of this asker, or the
   *   asker has gone
   * @throws whatever the task throws
   */
  async run<T>(task: () => Promise<T>, asker: Asker = {}): Promise<T> {
    await this.#start(asker);
    try {
      return await task();
    } finally {
      this.#end();
    }
  }

  async #start({ name, gone }: Asker): Promise<void> {
    if (gone?.aborted) throw busy();
    if (this.#running < this.#workers) {
      this.#running += 1;
      return;
    }
    if (this.#isFullFor(name)) {
      this.#refused += 1;
      throw busy();
    }
    await this.#turn(name, gone);
  }

  #isFullFor(name: string | undefined): boolean {
    if (this.#waiting.size >= this.#limit) return true;
    return name !== undefined && (this.#waitingByName.get(name) ?? 0) >= Math.ceil(this.#limit / 2);
  }

  /** Fulfilled when its turn has come, rejected when the asker has gone before. */
  #turn(name: string | undefined, gone: AbortSignal | undefined): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const leave = () => {
      this.#remove(waiting);
      reject(busy());
    };
    const start = () => {
      gone?.removeEventListener('abort', leave);
      resolve();
    };
    const waiting = { name, start };
    gone?.addEventListener('abort', leave, { once: true });
    this.#waiting.add(waiting);
    if (name !== undefined) this.#countName(name, 1);
    return promise;
  }

  /** The next one takes over the place of the one that has ended. */
  #end(): void {
    const [next] = this.#waiting;
    if (next) {
      this.#remove(next);
      next.start();
    } else this.#running -= 1;
  }

  #remove(waiting: Waiting): void {
    this.#waiting.delete(waiting);
    if (waiting.name !== undefined) this.#countName(waiting.name, -1);
  }

  #countName(name: string, change: number): void {
    const count = (this.#waitingByName.get(name) ?? 0) + change;
    if (count > 0) this.#waitingByName.set(name, count);
    else this.#waitingByName.delete(name);
  }
}

/**
 * A queue for tasks of this thread: before each, other work gets its turn, however many wait.
 *
 * @param queue lets them run a few at a time
 */
export function breathing(queue: WorkQueue): Turns {
  return {
    run: (task) =>
      queue.run(async () => {
        await new Promise((resolve) => setImmediate(resolve));
        return task();
      }),
  };
}

const busy = () => new TryLaterError('busy', RETRY_AFTER_MS);
