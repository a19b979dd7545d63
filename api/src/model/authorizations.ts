import type { Selectable } from 'kysely';
import type { Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type Authorization = Selectable<Schema['authorization_codes']>;

/** The table `authorization_codes`: people who have let an app in that has not come yet. */
export class AuthorizationDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async insert(tx: Tx, authorization: Authorization): Promise<void> {
    await tx.insertInto('authorization_codes').values(authorization).execute();
  }

  /** The authorization behind a code, run out or not, locked until the unit ends. */
  async lock(tx: Tx, codeHash: string): Promise<Authorization | undefined> {
    const query = tx
      .selectFrom('authorization_codes')
      .selectAll()
      .where('code_hash', '=', codeHash);
    return this.#store.dialect.forUpdate(query).executeTakeFirst();
  }

  /** Notes which session a code was exchanged for. */
  async use(tx: Tx, codeHash: string, jti: string): Promise<void> {
    await tx
      .updateTable('authorization_codes')
      .set({ jti })
      .where('code_hash', '=', codeHash)
      .execute();
  }

  /** Forgets codes that ran out before `before`. */
  async deleteExpired(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('authorization_codes').where('expires_at', '<', before).execute();
  }
}
