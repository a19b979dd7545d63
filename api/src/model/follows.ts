import { type Store, type Tx, UniqueViolation } from './database.ts';
import type { TimelineJournal } from './timeline-journal.ts';

/** The table `users_follow_list`: `user_id` follows `follow_user_id`. */
export class FollowDao {
  readonly #store: Store;
  readonly #journal: TimelineJournal | undefined;

  /** @param journal where servers share timelines outside the database */
  constructor(store: Store, journal?: TimelineJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  /**
   * Stores that `userId` follows `followUserId`; twice is once.
   *
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async insert(tx: Tx, userId: number, followUserId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('users_follow_list')
        .values({ user_id: userId, follow_user_id: followUserId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
    await this.#journal?.followsChanged(tx, userId);
  }

  /** The same, as a unit of its own: see {@link Store.writeOne}. */
  async insertAlone(userId: number, followUserId: number, now: number): Promise<void> {
    if (this.#journal) return this.#store.write((tx) => this.insert(tx, userId, followUserId, now));
    try {
      await this.#store.writeOne(() => ({
        sql: 'INSERT INTO users_follow_list (user_id, follow_user_id, created_at) VALUES (?, ?, ?)',
        parameters: [userId, followUserId, now],
      }));
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }

  /** {@link delete}, as a unit of its own. */
  async deleteAlone(userId: number, followUserId: number): Promise<void> {
    if (this.#journal) return this.#store.write((tx) => this.delete(tx, userId, followUserId));
    await this.#store.writeOne(() => ({
      sql: 'DELETE FROM users_follow_list WHERE user_id = ? AND follow_user_id = ?',
      parameters: [userId, followUserId],
    }));
  }

  /** Ends it; nothing happens when it never was. */
  async delete(tx: Tx, userId: number, followUserId: number): Promise<void> {
    await this.#journal?.followsChanged(tx, userId);
    await tx
      .deleteFrom('users_follow_list')
      .where('user_id', '=', userId)
      .where('follow_user_id', '=', followUserId)
      .execute();
  }

  /** Those followers who want to be notified of every tweet; `limit` at most. */
  async whoWantToHearOf(tx: Tx, userId: number, limit: number): Promise<number[]> {
    const rows = await tx
      .selectFrom('users_follow_list')
      .select('user_id')
      .where('follow_user_id', '=', userId)
      .where('notifies', '=', 1)
      .limit(limit)
      .execute();
    return rows.map((row) => row.user_id);
  }

  /** The ids of those whom `userId` follows, in id order. */
  async followedBy(userId: number): Promise<number[]> {
    const rows = await this.#store.reader
      .selectFrom('users_follow_list')
      .select('follow_user_id')
      .where('user_id', '=', userId)
      .orderBy('follow_user_id')
      .execute();
    return rows.map((row) => row.follow_user_id);
  }

  /** Deletes up to `limit` of those who follow a user. @returns how many those were */
  async deleteSomeFollowers(tx: Tx, userId: number, limit: number): Promise<number> {
    const rows = await tx
      .selectFrom('users_follow_list')
      .select('user_id')
      .where('follow_user_id', '=', userId)
      .orderBy('user_id')
      .limit(limit)
      .execute();
    const followers = rows.map(({ user_id }) => user_id);
    if (followers.length > 0) {
      await tx
        .deleteFrom('users_follow_list')
        .where('follow_user_id', '=', userId)
        .where('user_id', 'in', followers)
        .execute();
    }
    return followers.length;
  }

  /** How many there are. It reads the smallest index from end to end. */
  async count(): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('users_follow_list')
      .select((eb) => eb.fn.countAll<number>().as('follows'))
      .executeTakeFirstOrThrow();
    return row.follows;
  }
}
