import type { Store, Tx } from './database.ts';

/** The table `user_deletions`: who is being deleted. A row goes with its user. */
export class UserDeletionDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Twice is once. */
  async insert(tx: Tx, userId: number, now: number): Promise<void> {
    await tx
      .insertInto('user_deletions')
      .ignore()
      .values({ user_id: userId, begun_at: now })
      .execute();
  }

  async has(tx: Tx, userId: number): Promise<boolean> {
    const row = await tx
      .selectFrom('user_deletions')
      .select('user_id')
      .where('user_id', '=', userId)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The ids of those who are being deleted, whoever came first. */
  async all(): Promise<number[]> {
    const rows = await this.#store.reader
      .selectFrom('user_deletions')
      .select('user_id')
      .orderBy('begun_at')
      .execute();
    return rows.map(({ user_id }) => user_id);
  }
}
