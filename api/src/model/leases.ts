/**
 * Leases: rows that say who may do a thing until when, so that instances which share a database
 * agree. `GET_LOCK` would not do: on a MySQL cluster it holds on one node only.
 */
import type { Store } from './database.ts';

/** While it is held, no stored object is deleted: a backup is reading them. */
export const OBJECTS_KEPT = 'objects-kept';

export class LeaseDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Takes or renews the lease `name` for `holder` until `now + ttlMs`.
   *
   * @returns whether `holder` has it now; false while somebody else's has not run out
   */
  async acquire(name: string, holder: string, now: number, ttlMs: number): Promise<boolean> {
    return this.#store.write(async (tx) => {
      await tx.insertInto('leases').ignore().values({ name, holder: '', expires_at: 0 }).execute();
      const taken = await tx
        .updateTable('leases')
        .set({ holder, expires_at: now + ttlMs })
        .where('name', '=', name)
        .where((eb) => eb.or([eb('holder', '=', holder), eb('expires_at', '<=', now)]))
        .executeTakeFirst();
      return taken.numUpdatedRows === 1n;
    });
  }

  /** Gives the lease back, if `holder` has it. */
  async release(name: string, holder: string): Promise<void> {
    await this.#store.write(async (tx) => {
      await tx
        .updateTable('leases')
        .set({ holder: '', expires_at: 0 })
        .where('name', '=', name)
        .where('holder', '=', holder)
        .execute();
    });
  }
}
