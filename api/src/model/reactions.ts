import type { Selectable } from 'kysely';
import { type Store, type Tx, UniqueViolation } from './database.ts';
import type { Schema } from './schema.ts';

/** What a person can do with a tweet; each has a table of its own. */
export type ReactionKind = 'favourites' | 'bookmarks' | 'pins';
export type Reaction = Selectable<Schema['favourites']>;

/** Which part of a list is wanted, by the ids of the reactions. */
export interface ReactionPage {
  readonly below: number | undefined;
  readonly above: number | undefined;
  readonly fromBelow: boolean;
  readonly limit: number;
}

/** One of the tables `favourites`, `bookmarks` and `pins`. */
export class ReactionDao {
  readonly #store: Store;
  readonly #table: ReactionKind;

  constructor(store: Store, table: ReactionKind) {
    this.#store = store;
    this.#table = table;
  }

  /**
   * Twice is once.
   *
   * @returns whether it is new
   * @throws {ForeignKeyViolation} when the tweet is gone
   */
  async insert(tx: Tx, userId: number, tweetId: number, now: number): Promise<boolean> {
    try {
      await tx
        .insertInto(this.#table)
        .values({ user_id: userId, tweet_id: tweetId, created_at: now })
        .execute();
      return true;
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
      return false;
    }
  }

  /** @returns whether there was one */
  async delete(tx: Tx, userId: number, tweetId: number): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom(this.#table)
      .where('user_id', '=', userId)
      .where('tweet_id', '=', tweetId)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  /** Those of these tweets that a user has marked so. */
  async among(userId: number, tweetIds: readonly number[]): Promise<Set<number>> {
    if (tweetIds.length === 0) return new Set();
    const rows = await this.#store.reader
      .selectFrom(this.#table)
      .select('tweet_id')
      .where('user_id', '=', userId)
      .where('tweet_id', 'in', tweetIds)
      .execute();
    return new Set(rows.map((row) => row.tweet_id));
  }

  async countOf(tx: Tx, userId: number): Promise<number> {
    const row = await tx
      .selectFrom(this.#table)
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return row.n;
  }

  /** A page of what a user has marked, newest first. */
  ofUser(userId: number, page: ReactionPage): Promise<Reaction[]> {
    return this.#page('user_id', userId, page);
  }

  /** A page of those who have marked a tweet, newest first. */
  ofTweet(tweetId: number, page: ReactionPage): Promise<Reaction[]> {
    return this.#page('tweet_id', tweetId, page);
  }

  async #page(
    column: 'user_id' | 'tweet_id',
    id: number,
    { below, above, fromBelow, limit }: ReactionPage,
  ): Promise<Reaction[]> {
    const rows = await this.#store.reader
      .selectFrom(this.#table)
      .selectAll()
      .where(column, '=', id)
      .$if(below !== undefined, (query) => query.where('id', '<', below as number))
      .$if(above !== undefined, (query) => query.where('id', '>', above as number))
      .orderBy('id', fromBelow ? 'asc' : 'desc')
      .limit(limit)
      .execute();
    return fromBelow ? rows.toReversed() : rows;
  }
}
