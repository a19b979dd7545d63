import type { Selectable } from 'kysely';
import { type Reader, type Store, type Tx, UniqueViolation } from './database.ts';
import type { FilterAction, Schema } from './schema.ts';

export type { FilterAction };
export type FilterKeyword = Selectable<Schema['filter_keywords']>;
export type FilterTweet = Selectable<Schema['filter_tweets']>;

/** A filter's own row. */
export type FilterFields = Pick<
  Selectable<Schema['filters']>,
  'title' | 'contexts' | 'action' | 'expires_at'
>;
/** A word that a filter looks for. */
export type KeywordFields = Pick<FilterKeyword, 'keyword' | 'is_whole_word'>;

/** A filter with all that it looks for. */
export type Filter = Selectable<Schema['filters']> & {
  readonly keywords: readonly FilterKeyword[];
  readonly tweets: readonly FilterTweet[];
};

/** The tables `filters`, `filter_keywords` and `filter_tweets`: what a person does not want to read. */
export class FilterDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** All of a user's, in the order in which they were made. */
  async ofUser(userId: number, db?: Reader): Promise<Filter[]> {
    return this.ofUsers([userId], db);
  }

  /** All of these users', in the order in which they were made; not for very many at once. */
  async ofUsers(userIds: readonly number[], db: Reader = this.#store.reader): Promise<Filter[]> {
    const filters = await db
      .selectFrom('filters')
      .selectAll()
      .where('user_id', 'in', userIds)
      .orderBy('id')
      .execute();
    if (filters.length === 0) return [];
    const ids = filters.map(({ id }) => id);
    const keywords = await db
      .selectFrom('filter_keywords')
      .selectAll()
      .where('filter_id', 'in', ids)
      .orderBy('id')
      .execute();
    const tweets = await db
      .selectFrom('filter_tweets')
      .selectAll()
      .where('filter_id', 'in', ids)
      .orderBy('id')
      .execute();
    return filters.map((filter) => ({
      ...filter,
      keywords: keywords.filter(({ filter_id }) => filter_id === filter.id),
      tweets: tweets.filter(({ filter_id }) => filter_id === filter.id),
    }));
  }

  /** @returns its id */
  async insert(tx: Tx, userId: number, fields: FilterFields, now: number): Promise<number> {
    const { insertId } = await tx
      .insertInto('filters')
      .values({ ...fields, user_id: userId, created_at: now })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  async update(tx: Tx, id: number, fields: Partial<FilterFields>): Promise<void> {
    if (Object.keys(fields).length === 0) return;
    await tx.updateTable('filters').set(fields).where('id', '=', id).execute();
  }

  async delete(tx: Tx, id: number): Promise<void> {
    await tx.deleteFrom('filters').where('id', '=', id).execute();
  }

  /** @returns its id */
  async insertKeyword(tx: Tx, filterId: number, fields: KeywordFields): Promise<number> {
    const { insertId } = await tx
      .insertInto('filter_keywords')
      .values({ ...fields, filter_id: filterId })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  async updateKeyword(tx: Tx, id: number, fields: Partial<KeywordFields>): Promise<void> {
    if (Object.keys(fields).length === 0) return;
    await tx.updateTable('filter_keywords').set(fields).where('id', '=', id).execute();
  }

  async deleteKeyword(tx: Tx, id: number): Promise<void> {
    await tx.deleteFrom('filter_keywords').where('id', '=', id).execute();
  }

  /**
   * Twice is once.
   *
   * @throws {ForeignKeyViolation} when the tweet is gone
   */
  async insertTweet(tx: Tx, filterId: number, tweetId: number): Promise<void> {
    try {
      await tx
        .insertInto('filter_tweets')
        .values({ filter_id: filterId, tweet_id: tweetId })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }

  async deleteTweet(tx: Tx, id: number): Promise<void> {
    await tx.deleteFrom('filter_tweets').where('id', '=', id).execute();
  }
}
