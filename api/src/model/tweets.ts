import { CompiledQuery, type Insertable } from 'kysely';
import { type Store, type Tx, UniqueViolation } from './database.ts';
import type { Schema, TweetRow } from './schema.ts';
import { type TweetIds, timeOfTweetId } from './tweet-ids.ts';

export type Tweet = TweetRow;
/** Who wrote what. */
export type TweetText = Pick<Tweet, 'id' | 'user_id' | 'tweet'>;
export type NewTweet = Omit<Insertable<Schema['tweets']>, 'id' | 'created_at'>;

/** A taken id means that two instances share a node number; a few more tries end that. */
const ID_ATTEMPTS = 5;

/** The table `tweets`. */
export class TweetDao {
  readonly #store: Store;
  readonly #ids: TweetIds;

  constructor(store: Store, ids: TweetIds) {
    this.#store = store;
    this.#ids = ids;
  }

  /** The highest tweet id there is, or 0. */
  static async highestId(store: Store): Promise<number> {
    const row = await store.reader
      .selectFrom('tweets')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.id ?? 0;
  }

  async findById(id: number): Promise<Tweet | undefined> {
    return this.#store.reader
      .selectFrom('tweets')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** The texts of those tweets that exist, in no order. */
  async findTexts(ids: readonly number[]): Promise<TweetText[]> {
    const places = ids.map(() => '?').join();
    const query = CompiledQuery.raw(
      `SELECT id, user_id, tweet FROM tweets WHERE id IN (${places})`,
      [...ids],
    ) as CompiledQuery<TweetText>;
    return (await this.#store.reader.executeQuery(query)).rows;
  }

  /**
   * Stores a tweet under a new id. The id is given here, inside the unit, so that on SQLite no
   * smaller id appears after a larger one was readable.
   *
   * @throws {ForeignKeyViolation} when the user, or the tweet it answers or repeats, is gone
   */
  async insert(tx: Tx, tweet: NewTweet): Promise<Tweet> {
    for (let attempt = 1; ; attempt += 1) {
      const id = this.#ids.next();
      const row = { ...tweet, id, created_at: timeOfTweetId(id) };
      try {
        await tx.insertInto('tweets').values(row).execute();
        return { reply_to_id: null, reblog_of_id: null, ...row };
      } catch (error) {
        if (!(error instanceof UniqueViolation) || attempt === ID_ATTEMPTS) throw error;
      }
    }
  }

  /** @returns whether there was such a tweet */
  async delete(tx: Tx, id: number): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('tweets')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }
}
