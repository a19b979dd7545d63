import type { Insertable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

/** The table `former_users`: who was deleted, so that nobody gets his id or his user name again. */
export class FormerUserDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async insert(tx: Tx, former: Insertable<Schema['former_users']>): Promise<void> {
    await tx.insertInto('former_users').values(former).execute();
  }

  /** The ones of `usernameKeys` that somebody had. */
  async takenUsernameKeys(
    usernameKeys: readonly string[],
    db: Reader = this.#store.reader,
  ): Promise<Set<string>> {
    if (usernameKeys.length === 0) return new Set();
    const rows = await db
      .selectFrom('former_users')
      .select('username_key')
      .where('username_key', 'in', usernameKeys)
      .execute();
    return new Set(rows.map((row) => row.username_key));
  }
}
