import { type Store, type Tx, UniqueViolation } from './database.ts';
import { type Page, readPage } from './pages.ts';
import type { TimelineJournal } from './timeline-journal.ts';

/** What a follower wants to have; what is left out stays as it is, or as usual. */
export interface FollowWishes {
  /** Tweets that the other repeats, too; usually yes. */
  readonly showsReblogs?: boolean | undefined;
  /** To be notified of each tweet; usually no. */
  readonly notifies?: boolean | undefined;
}

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
   * Stores that `userId` follows `followUserId`; twice is once, with the later wishes.
   *
   * @returns whether it is new
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async insert(
    tx: Tx,
    userId: number,
    followUserId: number,
    now: number,
    wishes: FollowWishes = {},
  ): Promise<boolean> {
    try {
      await tx
        .insertInto('users_follow_list')
        .values({
          user_id: userId,
          follow_user_id: followUserId,
          created_at: now,
          ...columnsOf(wishes),
        })
        .execute();
      await this.#journal?.followsChanged(tx, userId);
      return true;
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      await this.change(tx, userId, followUserId, wishes);
      return false;
    }
  }

  /** Whether somebody follows another; if so, until the unit ends. */
  async lock(tx: Tx, userId: number, followUserId: number): Promise<boolean> {
    const query = tx
      .selectFrom('users_follow_list')
      .select('user_id')
      .where('user_id', '=', userId)
      .where('follow_user_id', '=', followUserId);
    return (await this.#store.dialect.forUpdate(query).executeTakeFirst()) !== undefined;
  }

  /**
   * Changes what a follower wants to have. It waits for whoever begins or ends that follow right now.
   *
   * @returns whether he follows
   */
  async change(
    tx: Tx,
    userId: number,
    followUserId: number,
    wishes: FollowWishes,
  ): Promise<boolean> {
    if (!(await this.lock(tx, userId, followUserId))) return false;
    const columns = columnsOf(wishes);
    if (Object.keys(columns).length > 0) {
      await tx
        .updateTable('users_follow_list')
        .set(columns)
        .where('user_id', '=', userId)
        .where('follow_user_id', '=', followUserId)
        .execute();
    }
    await this.#journal?.followsChanged(tx, userId);
    return true;
  }

  /** The same, as a unit of its own: see {@link Store.writeOne}. */
  async insertAlone(userId: number, followUserId: number, now: number): Promise<void> {
    if (this.#journal) {
      await this.#store.write((tx) => this.insert(tx, userId, followUserId, now));
      return;
    }
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
    if (this.#journal) {
      await this.#store.write((tx) => this.delete(tx, userId, followUserId));
      return;
    }
    await this.#store.writeOne(() => ({
      sql: 'DELETE FROM users_follow_list WHERE user_id = ? AND follow_user_id = ?',
      parameters: [userId, followUserId],
    }));
  }

  /** Ends it. @returns whether he did follow */
  async delete(tx: Tx, userId: number, followUserId: number): Promise<boolean> {
    await this.#journal?.followsChanged(tx, userId);
    const { numDeletedRows } = await tx
      .deleteFrom('users_follow_list')
      .where('user_id', '=', userId)
      .where('follow_user_id', '=', followUserId)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
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

  /** A page of the ids of those who follow a user, by their ids. */
  async followersPage(userId: number, page: Page): Promise<number[]> {
    return this.#page('user_id', 'follow_user_id', userId, page);
  }

  /** A page of the ids of those whom a user follows, by their ids. */
  async followedPage(userId: number, page: Page): Promise<number[]> {
    return this.#page('follow_user_id', 'user_id', userId, page);
  }

  /**
   * Some of those whom `viewerId` follows and who follow `userId`: only people in good standing who
   * show whom they follow.
   */
  async familiar(viewerId: number, userId: number, limit: number): Promise<number[]> {
    const rows = await this.#store.reader
      .selectFrom('users_follow_list as mine')
      // SQLite keeps to the order of cross joins: somebody may have a million followers.
      .crossJoin('users_follow_list as theirs')
      .crossJoin('users')
      .select('users.id')
      .where('mine.user_id', '=', viewerId)
      .whereRef('theirs.user_id', '=', 'mine.follow_user_id')
      .whereRef('users.id', '=', 'mine.follow_user_id')
      .where('theirs.follow_user_id', '=', userId)
      .where('users.state', '=', 'active')
      .where('users.hides_follows', '=', 0)
      .orderBy('users.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map(({ id }) => id);
  }

  async #page(
    wanted: 'user_id' | 'follow_user_id',
    given: 'user_id' | 'follow_user_id',
    userId: number,
    page: Page,
  ): Promise<number[]> {
    const sql = `SELECT ${wanted} AS id FROM users_follow_list WHERE ${given} = ?`;
    const list = { sql, parameters: [userId], by: wanted };
    const rows = await readPage<{ id: number }>(this.#store.reader, list, page);
    return rows.map(({ id }) => id);
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

function columnsOf({ showsReblogs, notifies }: FollowWishes) {
  return {
    ...(showsReblogs === undefined ? {} : { shows_reblogs: showsReblogs ? 1 : 0 }),
    ...(notifies === undefined ? {} : { notifies: notifies ? 1 : 0 }),
  };
}
