/** The table `search_progress`, and what the search has not indexed yet. */
import { CompiledQuery, type Selectable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema, SearchCursor, TweetRow } from './schema.ts';
import type { Span } from './search-terms.ts';

/** What of a tweet is searched. */
export type SearchableTweet = Pick<TweetRow, 'id' | 'user_id' | 'tweet' | 'spoiler_text'>;
/** What of a user is. */
export interface SearchablePerson {
  readonly id: number;
  readonly username: string;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly updated_at: number;
}

/** A moment, and the last user of it. */
export type Progress = Pick<Selectable<Schema['search_progress']>, 'position' | 'user_id'>;

/** Tweets may become visible so long after their id was given, where many write side by side. */
const MYSQL_SETTLES_MS = 30_000;

/** What every indexed tweet has among its terms: who wrote it. */
export const authorTerm = (userId: number): string => `@${userId}`;
/** The same in SQL. */
const IS_INDEXED = `EXISTS (SELECT 1 FROM tweets_terms s
  WHERE s.term = CONCAT('@', t.user_id) AND s.tweet_id = t.id)`;

export class SearchProgressDao {
  readonly #store: Store;
  /** How long after its time the last tweet of a moment can be read, in milliseconds. */
  readonly settlesAfterMs: number;

  constructor(store: Store) {
    this.#store = store;
    // On SQLite no smaller id appears after a larger one was readable.
    this.settlesAfterMs = store.dialect.engine === 'sqlite' ? 0 : MYSQL_SETTLES_MS;
  }

  async of(name: SearchCursor): Promise<Progress | undefined> {
    return this.#store.reader
      .selectFrom('search_progress')
      .select(['position', 'user_id'])
      .where('name', '=', name)
      .executeTakeFirst();
  }

  async set(tx: Tx, name: SearchCursor, { position, user_id }: Progress): Promise<void> {
    await tx.insertInto('search_progress').ignore().values({ name, position, user_id }).execute();
    await tx
      .updateTable('search_progress')
      .set({ position, user_id })
      .where('name', '=', name)
      .execute();
  }

  /** Has everything looked at again: rows have come that are older than what was read. */
  async startOver(tx: Tx): Promise<void> {
    await tx.deleteFrom('search_progress').execute();
  }

  /** The newest tweets above an id that are not indexed, newest first. */
  async freshTweets(above: number, limit: number): Promise<SearchableTweet[]> {
    const sql = `SELECT t.id, t.user_id, t.tweet, t.spoiler_text FROM tweets t
      WHERE t.id > ? AND t.reblog_of_id IS NULL AND NOT ${IS_INDEXED}
      ORDER BY t.id DESC LIMIT ${limit}`;
    return this.#read<SearchableTweet>(sql, [above]);
  }

  /** Tweets of a span in either order, and whether they are indexed. */
  async scan(
    { above, below }: Span,
    order: 'newest first' | 'oldest first',
    limit: number,
  ): Promise<{ readonly id: number; readonly isIndexed: number }[]> {
    const sql = `SELECT t.id, t.reblog_of_id IS NOT NULL OR ${IS_INDEXED} AS isIndexed FROM tweets t
      WHERE t.id > ? AND t.id < ?
      ORDER BY t.id ${order === 'newest first' ? 'DESC' : 'ASC'} LIMIT ${limit}`;
    return this.#read(sql, [above, below]);
  }

  /** Those of these tweets that still exist, as they are now, and nobody changes them meanwhile. */
  async hold(tx: Tx, ids: readonly number[]): Promise<SearchableTweet[]> {
    const query = tx
      .selectFrom('tweets')
      .select(['id', 'user_id', 'tweet', 'spoiler_text'])
      .where('id', 'in', ids);
    return this.#store.dialect.forShare(query).execute();
  }

  /** Users in the order of their changes, from the one after `after` until `until`. */
  async changedPeople(after: Progress, until: number, limit: number): Promise<SearchablePerson[]> {
    const people = () =>
      this.#store.reader
        .selectFrom('users')
        .select(['id', 'username', 'name', 'updated_at'])
        .limit(limit);
    const sameMoment = await people()
      .where('updated_at', '=', after.position)
      .where('id', '>', after.user_id)
      .orderBy('id')
      .execute();
    if (sameMoment.length === limit) return sameMoment;
    const later = await people()
      .where('updated_at', '>', after.position)
      .where('updated_at', '<=', until)
      .orderBy('updated_at')
      .orderBy('id')
      .execute();
    return [...sameMoment, ...later].slice(0, limit);
  }

  /** Those of these users who still exist, as they are now, and nobody changes them meanwhile. */
  async holdPeople(tx: Tx, ids: readonly number[]): Promise<SearchablePerson[]> {
    const query = tx
      .selectFrom('users')
      .select(['id', 'username', 'name', 'updated_at'])
      .where('id', 'in', ids);
    return this.#store.dialect.forShare(query).execute();
  }

  async #read<T>(sql: string, parameters: readonly unknown[]): Promise<T[]> {
    const reader: Reader = this.#store.reader;
    const query = CompiledQuery.raw(sql, [...parameters]) as CompiledQuery<T>;
    return (await reader.executeQuery(query)).rows;
  }
}
