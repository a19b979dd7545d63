import type { Store, Tx } from './database.ts';

/** The table `users_activity`: when each user was last here. It outlives his sessions. */
export class ActivityDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that a user is here at `now`, in epoch milliseconds. */
  async note(tx: Tx, userId: number, now: number): Promise<void> {
    const { numUpdatedRows } = await tx
      .updateTable('users_activity')
      .set({ last_active_at: now })
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) return;
    const row = { user_id: userId, last_active_at: now };
    await tx.insertInto('users_activity').ignore().values(row).execute();
  }

  /** How many users have been here since then. It reads as many entries of an index. */
  async countSince(time: number): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('users_activity')
      .select((eb) => eb.fn.countAll<number>().as('users'))
      .where('last_active_at', '>=', time)
      .executeTakeFirstOrThrow();
    return row.users;
  }
}
