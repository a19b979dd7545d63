import { type Store, type Tx, UniqueViolation } from './database.ts';
import type { Hashtag } from './hashtags.ts';
import { type Page, readPage } from './pages.ts';
import type { TimelineJournal } from './timeline-journal.ts';

/** The table `followed_hashtags`: hashtags whose tweets a person wants on his home timeline. */
export class FollowedHashtagDao {
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
   * @throws {ForeignKeyViolation} when the user is gone
   */
  async insert(tx: Tx, userId: number, hashtagId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('followed_hashtags')
        .values({ user_id: userId, hashtag_id: hashtagId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
    await this.#journal?.followsChanged(tx, userId);
  }

  async delete(tx: Tx, userId: number, hashtagId: number): Promise<void> {
    await tx
      .deleteFrom('followed_hashtags')
      .where('user_id', '=', userId)
      .where('hashtag_id', '=', hashtagId)
      .execute();
    await this.#journal?.followsChanged(tx, userId);
  }

  async countOf(tx: Tx, userId: number): Promise<number> {
    const row = await tx
      .selectFrom('followed_hashtags')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return row.n;
  }

  /** A page of the hashtags that a user follows, by their ids. */
  async page(userId: number, page: Page): Promise<Hashtag[]> {
    const sql = `SELECT hashtags.* FROM followed_hashtags AS followed
      JOIN hashtags ON hashtags.id = followed.hashtag_id WHERE followed.user_id = ?`;
    const list = { sql, parameters: [userId], by: 'followed.hashtag_id' };
    return readPage<Hashtag>(this.#store.reader, list, page);
  }
}
