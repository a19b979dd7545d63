/**
 * The table `outside_changes`: a number that goes up when a command changes something that a server
 * may keep in memory. For engines where `Store.watch` cannot tell.
 */
import type { Store, Tx } from './database.ts';

/** How often a server looks. */
const POLL_MS = 1000;
const ROW = 'people';

export class OutsideChangeDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Tells the servers, once the unit is stored. */
  async tell(tx: Tx): Promise<void> {
    await tx.insertInto('outside_changes').ignore().values({ name: ROW, changes: 0 }).execute();
    await tx
      .updateTable('outside_changes')
      .set((eb) => ({ changes: eb('changes', '+', 1) }))
      .where('name', '=', ROW)
      .execute();
  }

  /** How many changes have been told so far. */
  async count(): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('outside_changes')
      .select('changes')
      .where('name', '=', ROW)
      .executeTakeFirst();
    return row?.changes ?? 0;
  }

  /**
   * Calls `changed` within about a second after a change was told; while the database is away it
   * comes later.
   *
   * @returns ends the watch, after a look that is under way
   */
  async watch(changed: () => void): Promise<() => Promise<void>> {
    let known = await this.count();
    let looking: Promise<void> = Promise.resolve();
    const look = async () => {
      const count = await this.count();
      if (count === known) return;
      known = count;
      changed();
    };
    const timer = setInterval(() => {
      looking = looking.then(look).catch(() => {});
    }, POLL_MS);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await looking;
    };
  }
}
