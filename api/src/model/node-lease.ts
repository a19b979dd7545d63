/** The node number in an instance's tweet ids: a leased row, so that no two instances share one. */
import { randomUUID } from 'node:crypto';
import { type Store, StoreUnavailable } from './database.ts';
import { LeaseDao } from './leases.ts';
import { NODES } from './tweet-ids.ts';

const LEASE_MS = 60_000;
const RENEW_MS = 15_000;

export class NodeLease {
  readonly #leases: LeaseDao;
  readonly #now: () => number;
  readonly #holder = randomUUID();
  #node = 0;
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store, now: () => number) {
    this.#leases = new LeaseDao(store);
    this.#now = now;
  }

  /**
   * Takes a free number. An SQLite file has one server, by its lock: that is node 0 for good.
   *
   * @throws {Error} when all numbers are taken
   */
  static async take(store: Store, now: () => number): Promise<NodeLease> {
    const lease = new NodeLease(store, now);
    if (store.dialect.engine === 'sqlite') {
      lease.#heldUntil = Number.POSITIVE_INFINITY;
      return lease;
    }
    await lease.#acquireAny();
    lease.#timer = setInterval(() => void lease.#renew(), RENEW_MS);
    lease.#timer.unref();
    return lease;
  }

  /** @throws {StoreUnavailable} while the database was away for so long that the lease ran out */
  node = (): number => {
    if (this.#now() >= this.#heldUntil) throw new StoreUnavailable(new Error('no node number'));
    return this.#node;
  };

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (this.#timer) await this.#leases.release(nameOf(this.#node), this.#holder).catch(() => {});
  }

  async #renew(): Promise<void> {
    try {
      if (!(await this.#acquire(this.#node))) await this.#acquireAny();
    } catch {
      // The database is away: node() says so once the lease has run out.
    }
  }

  async #acquireAny(): Promise<void> {
    for (let node = 0; node < NODES; node += 1) if (await this.#acquire(node)) return;
    throw new Error(`All ${NODES} node numbers are taken: too many servers share this database.`);
  }

  async #acquire(node: number): Promise<boolean> {
    const now = this.#now();
    const taken = await this.#leases.acquire(nameOf(node), this.#holder, now, LEASE_MS);
    if (taken) {
      this.#node = node;
      this.#heldUntil = now + LEASE_MS;
    }
    return taken;
  }
}

const nameOf = (node: number) => `node:${node}`;
