import type { Selectable } from 'kysely';
import { type Store, type Tx, UniqueViolation } from './database.ts';
import type { FollowWishes } from './follows.ts';
import { type Page, readPage } from './pages.ts';
import type { Schema } from './schema.ts';

export type FollowRequest = Selectable<Schema['follow_requests']>;

/** The table `follow_requests`: `user_id` would like to follow `follow_user_id`. */
export class FollowRequestDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Asks; twice is once, with the later wishes.
   *
   * @returns whether it is new
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async put(
    tx: Tx,
    userId: number,
    followUserId: number,
    { showsReblogs, notifies }: FollowWishes,
    now: number,
  ): Promise<boolean> {
    try {
      await tx
        .insertInto('follow_requests')
        .values({
          user_id: userId,
          follow_user_id: followUserId,
          shows_reblogs: showsReblogs === false ? 0 : 1,
          notifies: notifies === true ? 1 : 0,
          created_at: now,
        })
        .execute();
      return true;
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
    if (showsReblogs === undefined && notifies === undefined) return false;
    await tx
      .updateTable('follow_requests')
      .set({
        ...(showsReblogs === undefined ? {} : { shows_reblogs: showsReblogs ? 1 : 0 }),
        ...(notifies === undefined ? {} : { notifies: notifies ? 1 : 0 }),
      })
      .where('user_id', '=', userId)
      .where('follow_user_id', '=', followUserId)
      .execute();
    return false;
  }

  /** Takes a request away. @returns what it was; undefined when there was none */
  async take(tx: Tx, userId: number, followUserId: number): Promise<FollowRequest | undefined> {
    const query = tx
      .selectFrom('follow_requests')
      .selectAll()
      .where('user_id', '=', userId)
      .where('follow_user_id', '=', followUserId);
    const request = await this.#store.dialect.forUpdate(query).executeTakeFirst();
    if (request) {
      await tx.deleteFrom('follow_requests').where('id', '=', request.id).execute();
    }
    return request;
  }

  /** A page of those who would like to follow a user. */
  async page(followUserId: number, page: Page): Promise<Pick<FollowRequest, 'id' | 'user_id'>[]> {
    const sql = 'SELECT id, user_id FROM follow_requests WHERE follow_user_id = ?';
    return readPage(this.#store.reader, { sql, parameters: [followUserId], by: 'id' }, page);
  }

  /** How many would like to follow a user. */
  async countOf(followUserId: number): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('follow_requests')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('follow_user_id', '=', followUserId)
      .executeTakeFirstOrThrow();
    return row.n;
  }
}
