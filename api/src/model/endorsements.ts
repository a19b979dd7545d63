import { type Store, type Tx, UniqueViolation } from './database.ts';
import { type Page, readPage } from './pages.ts';

/** The table `endorsements`: people whom a person shows on his profile. */
export class EndorsementDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Twice is once. */
  async insert(tx: Tx, userId: number, endorsedUserId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('endorsements')
        .values({ user_id: userId, endorsed_user_id: endorsedUserId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }

  async delete(tx: Tx, userId: number, endorsedUserId: number): Promise<void> {
    await tx
      .deleteFrom('endorsements')
      .where('user_id', '=', userId)
      .where('endorsed_user_id', '=', endorsedUserId)
      .execute();
  }

  async countOf(tx: Tx, userId: number): Promise<number> {
    const row = await tx
      .selectFrom('endorsements')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return row.n;
  }

  /** A page of the ids of those whom a user shows, by their ids. */
  async page(userId: number, page: Page): Promise<number[]> {
    const sql = 'SELECT endorsed_user_id AS id FROM endorsements WHERE user_id = ?';
    const list = { sql, parameters: [userId], by: 'endorsed_user_id' };
    const rows = await readPage<{ id: number }>(this.#store.reader, list, page);
    return rows.map(({ id }) => id);
  }
}
