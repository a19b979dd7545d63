/**
 * Keeps stored objects from being deleted while a backup reads them: a lease that
 * `DoomedObjectDao.due` looks at. Whoever replaces his picture meanwhile dooms one that the rows of
 * the backup refer to.
 */
import { randomUUID } from 'node:crypto';
import type { Store } from './database.ts';
import { LeaseDao, OBJECTS_KEPT } from './leases.ts';

/** Rare, since each renewal has a server on SQLite read anew what it keeps in memory. */
const RENEW_MS = 120_000;
const LEASE_MS = 300_000;

export class ObjectKeeper {
  readonly #store: Store;
  readonly #leases: LeaseDao;
  readonly #holder = randomUUID();
  #heldUntil = 0;
  #timer: NodeJS.Timeout | undefined;

  private constructor(store: Store) {
    this.#store = store;
    this.#leases = new LeaseDao(store);
  }

  /** @throws {Error} with a readable sentence while somebody else has the lease */
  static async start(store: Store): Promise<ObjectKeeper> {
    const keeper = new ObjectKeeper(store);
    if (!(await keeper.#renew())) {
      throw new Error(
        'Another backup is under way. Wait for it; one that was killed is forgotten after five minutes.',
      );
    }
    // One that fails is made good by the next: the lease lives longer than two rounds.
    keeper.#timer = setInterval(() => void keeper.#renew().catch(() => {}), RENEW_MS);
    keeper.#timer.unref();
    return keeper;
  }

  /** @throws {Error} when the lease was lost, so that objects may have been deleted */
  assertKept(): void {
    if (performance.now() < this.#heldUntil) return;
    throw new Error('The database could not be reached for too long. Take the backup again.');
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#leases.release(OBJECTS_KEPT, this.#holder).catch(() => {});
  }

  async #renew(): Promise<boolean> {
    // Counted from before the question: it never believes in the lease for longer than the database.
    const asked = performance.now();
    const now = await this.#store.now();
    const isHeld = await this.#leases.acquire(OBJECTS_KEPT, this.#holder, now, LEASE_MS);
    this.#heldUntil = isHeld ? asked + LEASE_MS : 0;
    return isHeld;
  }
}
