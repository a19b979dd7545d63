/** The pool of connections, with a waiting list that has an end. */
import type { Pool, PoolConnection } from 'mysql2';
import { StoreBusy } from '../database.ts';
import type { QueueLoad } from '../load.ts';
import { translateError } from './errors.ts';

export interface ConnectionLimits {
  /** Connections at most. */
  readonly size: number;
  /** Those who may wait for one. */
  readonly queue: number;
}

export class Connections {
  readonly #pool: Pool;
  readonly #limits: ConnectionLimits;
  #taken = 0;
  #waiting = 0;
  #refused = 0;

  constructor(pool: Pool, limits: ConnectionLimits) {
    this.#pool = pool;
    this.#limits = limits;
  }

  get load(): QueueLoad {
    return {
      running: this.#taken,
      waiting: this.#waiting,
      limit: this.#limits.queue,
      refused: this.#refused,
    };
  }

  /**
   * A connection, to be given back with {@link release}.
   *
   * @throws {StoreBusy} when too many wait already
   * @throws {StoreUnavailable} when the server cannot be reached
   */
  take(): Promise<PoolConnection> {
    const { size, queue } = this.#limits;
    if (this.#taken + this.#waiting >= size + queue) {
      this.#refused += 1;
      return Promise.reject(new StoreBusy());
    }
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      this.#pool.getConnection((error, connection) => {
        this.#waiting -= 1;
        if (error) reject(translateError(error));
        else {
          this.#taken += 1;
          resolve(connection);
        }
      });
    });
  }

  /** Also for one that has been destroyed. */
  release(connection: PoolConnection): void {
    this.#taken -= 1;
    connection.release();
  }

  close(): Promise<void> {
    return this.#pool.promise().end();
  }
}
