import type { Selectable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { CodePurpose, Schema } from './schema.ts';

export type { CodePurpose };
export type OneTimeCode = Selectable<Schema['one_time_codes']>;

/** The table `one_time_codes`: what stands in mails, as hashes. */
export class OneTimeCodeDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async insert(tx: Tx, code: OneTimeCode): Promise<void> {
    await tx.insertInto('one_time_codes').values(code).execute();
  }

  /** @returns undefined when there is none, or it has expired by `now` */
  async find(
    codeHash: string,
    purpose: CodePurpose,
    now: number,
    db: Reader = this.#store.reader,
  ): Promise<OneTimeCode | undefined> {
    return db
      .selectFrom('one_time_codes')
      .selectAll()
      .where('code_hash', '=', codeHash)
      .where('purpose', '=', purpose)
      .where('expires_at', '>', now)
      .executeTakeFirst();
  }

  /** Uses a code up. @returns whether it was there; of two at once, one alone is told so */
  async delete(tx: Tx, codeHash: string): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('one_time_codes')
      .where('code_hash', '=', codeHash)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  /** Makes all codes of a user for this purpose worthless. */
  async deleteAllOf(tx: Tx, userId: number, purpose: CodePurpose): Promise<void> {
    await tx
      .deleteFrom('one_time_codes')
      .where('user_id', '=', userId)
      .where('purpose', '=', purpose)
      .execute();
  }

  /** Forgets codes that ran out before `before`. */
  async deleteExpired(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('one_time_codes').where('expires_at', '<', before).execute();
  }
}
