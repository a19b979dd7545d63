/** Conversations: what a tweet answers, what answers it, and who does not want to hear of it. */
import { CompiledQuery } from 'kysely';
import { type Store, type Tx, UniqueViolation } from './database.ts';

export class ConversationDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The ids of what a tweet answers, and what that answers, the oldest first; `most` at most. */
  async ancestorsOf(tweetId: number, most: number): Promise<number[]> {
    const rows = await this.#select(
      `WITH RECURSIVE above (id, depth) AS (
         SELECT reply_to_id, 1 FROM tweets WHERE id = ? AND reply_to_id IS NOT NULL
         UNION ALL
         SELECT tweets.reply_to_id, above.depth + 1 FROM above JOIN tweets ON tweets.id = above.id
         WHERE tweets.reply_to_id IS NOT NULL AND above.depth < ?
       ) SELECT id FROM above ORDER BY depth DESC`,
      [tweetId, most],
    );
    return rows;
  }

  /**
   * The ids of what answers a tweet, then of what answers that, and so on: `most` at most, and
   * nothing deeper than `depth`.
   */
  async descendantsOf(tweetId: number, most: number, depth: number): Promise<number[]> {
    const found: number[] = [];
    let level = [tweetId];
    // Level by level, so that a conversation without end costs no more than what is shown of it.
    for (let down = 0; down < depth && level.length > 0 && found.length < most; down++) {
      level = await this.#answersTo(level, most - found.length);
      found.push(...level);
    }
    return found;
  }

  #answersTo(tweetIds: readonly number[], most: number): Promise<number[]> {
    const places = tweetIds.map(() => '?').join();
    return this.#select(
      `SELECT id FROM tweets WHERE reply_to_id IN (${places}) ORDER BY id LIMIT ${most}`,
      tweetIds,
    );
  }

  /** Twice is once. */
  async mute(tx: Tx, userId: number, conversationId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('muted_conversations')
        .values({ user_id: userId, conversation_id: conversationId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }

  async unmute(tx: Tx, userId: number, conversationId: number): Promise<void> {
    await tx
      .deleteFrom('muted_conversations')
      .where('user_id', '=', userId)
      .where('conversation_id', '=', conversationId)
      .execute();
  }

  /** Those of these conversations that a user has muted. */
  async mutedAmong(userId: number, conversationIds: readonly number[]): Promise<Set<number>> {
    if (conversationIds.length === 0) return new Set();
    const rows = await this.#store.reader
      .selectFrom('muted_conversations')
      .select('conversation_id')
      .where('user_id', '=', userId)
      .where('conversation_id', 'in', conversationIds)
      .execute();
    return new Set(rows.map((row) => row.conversation_id));
  }

  /** Those of these users who have muted a conversation. */
  async whoMuted(tx: Tx, conversationId: number, userIds: readonly number[]): Promise<Set<number>> {
    if (userIds.length === 0) return new Set();
    const rows = await tx
      .selectFrom('muted_conversations')
      .select('user_id')
      .where('conversation_id', '=', conversationId)
      .where('user_id', 'in', userIds)
      .execute();
    return new Set(rows.map((row) => row.user_id));
  }

  async #select(statement: string, parameters: readonly unknown[]): Promise<number[]> {
    const query = CompiledQuery.raw(statement, [...parameters]) as CompiledQuery<{ id: number }>;
    const { rows } = await this.#store.reader.executeQuery(query);
    return rows.map(({ id }) => id);
  }
}
