import type { Reader, Store, Tx } from './database.ts';

/** A keyed hash of a folded user name. */
export type NameHash = (usernameKey: string) => string;

/**
 * The table `former_users`: who was deleted, so that nobody gets his id or his user name again. Of the
 * name there is a hash alone, by a key that is not in the database.
 */
export class FormerUserDao {
  readonly #store: Store;
  readonly #hashOf: NameHash;

  constructor(store: Store, hashOf: NameHash) {
    this.#store = store;
    this.#hashOf = hashOf;
  }

  async insert(tx: Tx, userId: number, usernameKey: string, now: number): Promise<void> {
    await tx
      .insertInto('former_users')
      .values({ ...this.#withoutName(userId, usernameKey), user_id: userId, deleted_at: now })
      .execute();
  }

  /** The ones of `usernameKeys` that somebody had. */
  async takenUsernameKeys(
    usernameKeys: readonly string[],
    db: Reader = this.#store.reader,
  ): Promise<Set<string>> {
    if (usernameKeys.length === 0) return new Set();
    const keys = new Map(usernameKeys.map((key) => [this.#hashOf(key), key]));
    const rows = await db
      .selectFrom('former_users')
      .select(['username_hash', 'username_key'])
      .where((eb) =>
        eb.or([
          eb('username_hash', 'in', [...keys.keys()]),
          eb('username_key', 'in', usernameKeys),
        ]),
      )
      .execute();
    return new Set(rows.map((row) => keys.get(row.username_hash ?? '') ?? row.username_key));
  }

  /** Forgets up to `limit` names that an older release has stored as they were. @returns how many */
  async forgetNames(tx: Tx, limit: number): Promise<number> {
    const rows = await tx
      .selectFrom('former_users')
      .select(['user_id', 'username_key'])
      .where('username_hash', 'is', null)
      .limit(limit)
      .execute();
    for (const { user_id, username_key } of rows) {
      await tx
        .updateTable('former_users')
        .set(this.#withoutName(user_id, username_key))
        .where('user_id', '=', user_id)
        .execute();
    }
    return rows.length;
  }

  #withoutName(userId: number, usernameKey: string) {
    return { username_hash: this.#hashOf(usernameKey), username_key: `#${userId}` };
  }
}
