import { type Store, type Tx, UniqueViolation } from './database.ts';
import { type Page, readPage } from './pages.ts';
import type { TimelineJournal } from './timeline-journal.ts';

/** An entry in the list of those whom somebody has blocked; the id is its place there. */
export interface Block {
  readonly id: number;
  readonly blocked_user_id: number;
}

/** The table `blocks`: `user_id` wants nothing to do with `blocked_user_id`. */
export class BlockDao {
  readonly #store: Store;
  readonly #journal: TimelineJournal | undefined;

  /** @param journal where servers share timelines outside the database */
  constructor(store: Store, journal?: TimelineJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  /**
   * Twice is once.
   *
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async insert(tx: Tx, userId: number, blockedUserId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('blocks')
        .values({ user_id: userId, blocked_user_id: blockedUserId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
    await this.#changed(tx, userId, blockedUserId);
  }

  async delete(tx: Tx, userId: number, blockedUserId: number): Promise<void> {
    await tx
      .deleteFrom('blocks')
      .where('user_id', '=', userId)
      .where('blocked_user_id', '=', blockedUserId)
      .execute();
    await this.#changed(tx, userId, blockedUserId);
  }

  /**
   * Whether one of these two has blocked the other, also where that is being stored right now: then
   * it waits. To be asked after a follow was stored, as a block is stored before follows are deleted:
   * so one of the two always sees the other.
   */
  async isBetween(tx: Tx, one: number, other: number): Promise<boolean> {
    const query = tx
      .selectFrom('blocks')
      .select('id')
      .where((is) =>
        is.or([
          is.and([is('user_id', '=', one), is('blocked_user_id', '=', other)]),
          is.and([is('user_id', '=', other), is('blocked_user_id', '=', one)]),
        ]),
      );
    return (await this.#store.dialect.forShare(query).execute()).length > 0;
  }

  /** A page of those whom a user has blocked. */
  async page(userId: number, page: Page): Promise<Block[]> {
    const sql = 'SELECT id, blocked_user_id FROM blocks WHERE user_id = ?';
    return readPage<Block>(this.#store.reader, { sql, parameters: [userId], by: 'id' }, page);
  }

  async #changed(tx: Tx, one: number, other: number): Promise<void> {
    // In an order of their own, so that two who block each other do not wait for each other.
    for (const id of [one, other].toSorted((a, b) => a - b)) {
      await this.#journal?.followsChanged(tx, id);
    }
  }
}
