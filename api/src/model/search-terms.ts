/** The tables `tweets_terms` and `users_terms`: which terms lead to what. */
import { CompiledQuery } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';

/** Which tweets: ids between two bounds, neither included. */
export interface Span {
  readonly below: number;
  readonly above: number;
}

/** One row of either table. */
export interface TermRow {
  readonly term: string;
  readonly id: number;
}

/** Rows per statement: one text for all of them, so that it is prepared once. */
const ROWS = 200;

const TABLES = { tweets_terms: 'tweet_id', users_terms: 'user_id' } as const;
type Table = keyof typeof TABLES;

export class SearchTermDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Stores those rows that are not there yet. */
  async insert(tx: Tx, table: Table, rows: readonly TermRow[]): Promise<void> {
    const places = Array.from({ length: ROWS }, () => '(?,?)').join();
    const sql = `${this.#store.dialect.insertIgnore} ${table} (term, ${TABLES[table]}) VALUES ${places}`;
    for (let from = 0; from < rows.length; from += ROWS) {
      const some = rows.slice(from, from + ROWS);
      const last = some.at(-1) as TermRow;
      const full = [...some, ...Array.from({ length: ROWS - some.length }, () => last)];
      const parameters = full.flatMap(({ term, id }) => [term, id]);
      await tx.executeQuery(CompiledQuery.raw(sql, parameters));
    }
  }

  /** Deletes what leads to a tweet. @param terms all that may */
  async deleteOfTweet(tx: Tx, tweetId: number, terms: readonly string[]): Promise<void> {
    for (let from = 0; from < terms.length; from += ROWS) {
      await tx
        .deleteFrom('tweets_terms')
        .where('term', 'in', terms.slice(from, from + ROWS))
        .where('tweet_id', '=', tweetId)
        .execute();
    }
  }

  /** Deletes whatever leads to these users. */
  async deleteOfUsers(tx: Tx, userIds: readonly number[]): Promise<void> {
    if (userIds.length === 0) return;
    await tx.deleteFrom('users_terms').where('user_id', 'in', userIds).execute();
  }

  /** The ids of tweets that a term leads to, newest first. */
  async tweetsOf(term: string, { below, above }: Span, limit: number): Promise<number[]> {
    const rows = await this.#store.readRows({
      sql: `SELECT tweet_id FROM tweets_terms WHERE term = ? AND tweet_id < ? AND tweet_id > ?
             ORDER BY tweet_id DESC LIMIT ${limit}`,
      parameters: [term, below, above],
    });
    return rows.map(([id]) => id as number);
  }

  /** Those of these tweets that a term leads to, in the order given. */
  async among(term: string, ids: readonly number[]): Promise<number[]> {
    if (ids.length === 0) return [];
    const rows = await this.#store.readRows({
      sql: `SELECT tweet_id FROM tweets_terms
             WHERE term = ? AND tweet_id IN (${ids.map(() => '?').join()})`,
      parameters: [term, ...ids],
    });
    const found = new Set(rows.map(([id]) => id));
    return ids.filter((id) => found.has(id));
  }

  /** The ids of users whom terms from `from` until just before `to` lead to. */
  async usersBetween(from: string, to: string, limit: number): Promise<number[]> {
    const rows = await this.#store.readRows({
      sql: `SELECT user_id FROM users_terms WHERE term >= ? AND term < ?
             ORDER BY term, user_id LIMIT ${limit}`,
      parameters: [from, to],
    });
    return rows.map(([id]) => id as number);
  }

  /** How many rows lead to a tweet, or a user: for tests. */
  async count(table: Table, id: number, db: Reader = this.#store.reader): Promise<number> {
    const sql = `SELECT COUNT(*) AS n FROM ${table} WHERE ${TABLES[table]} = ?`;
    const { rows } = await db.executeQuery(CompiledQuery.raw(sql, [id]));
    return (rows[0] as { n: number }).n;
  }
}
