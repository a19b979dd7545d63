import { type Store, type Tx, UniqueViolation } from './database.ts';
import { type Page, readPage } from './pages.ts';
import type { TimelineJournal } from './timeline-journal.ts';

/** An entry in the list of those whom somebody has muted; the id is its place there. */
export interface Mute {
  readonly id: number;
  readonly muted_user_id: number;
  /** Epoch milliseconds; null when it has no end. */
  readonly expires_at: number | null;
}

/** How somebody is muted. */
export interface MuteTerms {
  readonly hidesNotifications: boolean;
  /** Epoch milliseconds; null for no end. */
  readonly expiresAt: number | null;
}

/** The table `mutes`: `user_id` does not want to read `muted_user_id`. */
export class MuteDao {
  readonly #store: Store;
  readonly #journal: TimelineJournal | undefined;

  /** @param journal where servers share timelines outside the database */
  constructor(store: Store, journal?: TimelineJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  /**
   * Mutes somebody on these terms, whatever they were before.
   *
   * @throws {ForeignKeyViolation} when one of them does not exist
   */
  async put(
    tx: Tx,
    userId: number,
    mutedUserId: number,
    { hidesNotifications, expiresAt }: MuteTerms,
    now: number,
  ): Promise<void> {
    const terms = { hides_notifications: hidesNotifications ? 1 : 0, expires_at: expiresAt };
    try {
      await tx
        .insertInto('mutes')
        .values({ user_id: userId, muted_user_id: mutedUserId, created_at: now, ...terms })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      await tx
        .updateTable('mutes')
        .set(terms)
        .where('user_id', '=', userId)
        .where('muted_user_id', '=', mutedUserId)
        .execute();
    }
    await this.#journal?.followsChanged(tx, userId);
  }

  async delete(tx: Tx, userId: number, mutedUserId: number): Promise<void> {
    await tx
      .deleteFrom('mutes')
      .where('user_id', '=', userId)
      .where('muted_user_id', '=', mutedUserId)
      .execute();
    await this.#journal?.followsChanged(tx, userId);
  }

  /** A page of those whom a user has muted at `now`. */
  async page(userId: number, page: Page, now: number): Promise<Mute[]> {
    const sql = `SELECT id, muted_user_id, expires_at FROM mutes
      WHERE user_id = ? AND (expires_at IS NULL OR expires_at > ?)`;
    const list = { sql, parameters: [userId, now], by: 'id' };
    return readPage<Mute>(this.#store.reader, list, page);
  }

  /** Some who have muted somebody until `now` or before. */
  async whoseHaveEnded(now: number, limit: number): Promise<number[]> {
    const rows = await this.#store.reader
      .selectFrom('mutes')
      .select('user_id')
      .where('expires_at', '<=', now)
      .orderBy('expires_at')
      .limit(limit)
      .execute();
    return [...new Set(rows.map(({ user_id }) => user_id))];
  }

  /** Forgets what a user had muted until `now` or before. */
  async deleteEnded(tx: Tx, userId: number, now: number): Promise<void> {
    await tx
      .deleteFrom('mutes')
      .where('user_id', '=', userId)
      .where('expires_at', '<=', now)
      .execute();
    await this.#journal?.followsChanged(tx, userId);
  }
}
