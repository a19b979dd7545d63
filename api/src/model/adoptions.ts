import type { Insertable, Selectable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type Adoption = Omit<Selectable<Schema['adoptions']>, 'id'>;
export type AdoptedUser = Insertable<Schema['users']> & { readonly id: number };
export type AdoptedTweet = Insertable<Schema['tweets']>;
export type AdoptedFollow = Insertable<Schema['users_follow_list']>;

const ROW = 1;

/** The table `adoptions`, and the rows that come from a course database, many at a time. */
export class AdoptionDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** How far the adoption has come; undefined when there was none. */
  async find(db: Reader = this.#store.reader): Promise<Adoption | undefined> {
    return db
      .selectFrom('adoptions')
      .select(['highest_user_id', 'highest_tweet_id', 'complete_until'])
      .where('id', '=', ROW)
      .executeTakeFirst();
  }

  /** Notes how far it has come. Numbers that were higher before stay. */
  async note(tx: Tx, progress: Partial<Adoption>): Promise<void> {
    const before = await this.find(tx);
    const now = {
      highest_user_id: Math.max(before?.highest_user_id ?? 0, progress.highest_user_id ?? 0),
      highest_tweet_id: Math.max(before?.highest_tweet_id ?? 0, progress.highest_tweet_id ?? 0),
      complete_until: progress.complete_until ?? before?.complete_until ?? null,
    };
    if (before) await tx.updateTable('adoptions').set(now).where('id', '=', ROW).execute();
    else
      await tx
        .insertInto('adoptions')
        .values({ id: ROW, ...now })
        .execute();
  }

  /** Whether there are users with higher ids than `id`. */
  async hasUsersAbove(id: number): Promise<boolean> {
    const query = this.#store.reader.selectFrom('users').select('id').where('id', '>', id);
    return (await query.limit(1).executeTakeFirst()) !== undefined;
  }

  /** Whether there are tweets with higher ids than `id`. */
  async hasTweetsAbove(id: number): Promise<boolean> {
    const query = this.#store.reader.selectFrom('tweets').select('id').where('id', '>', id);
    return (await query.limit(1).executeTakeFirst()) !== undefined;
  }

  /** Those of `ids` that are users, and since when. */
  async usersAmong(tx: Tx, ids: readonly number[]): Promise<Map<number, number>> {
    if (ids.length === 0) return new Map();
    const query = tx
      .selectFrom('users')
      .select(['id', 'created_at'])
      .where('id', 'in', [...ids]);
    return new Map((await query.execute()).map((row) => [row.id, row.created_at]));
  }

  /** Those of `ids` that were users of this server and have been deleted. */
  async formerAmong(tx: Tx, ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const query = tx
      .selectFrom('former_users')
      .select('user_id')
      .where('user_id', 'in', [...ids]);
    return new Set((await query.execute()).map((row) => row.user_id));
  }

  /** Those of `emailKeys` that somebody has. */
  async takenEmailKeys(tx: Tx, emailKeys: readonly string[]): Promise<Set<string>> {
    if (emailKeys.length === 0) return new Set();
    const query = tx
      .selectFrom('users')
      .select('email_key')
      .where('email_key', 'in', [...emailKeys]);
    return new Set((await query.execute()).map((row) => row.email_key));
  }

  /** The tweets that have one of these ids. */
  async tweetsAmong(
    tx: Tx,
    ids: readonly number[],
  ): Promise<Map<number, { readonly user_id: number; readonly tweet: string }>> {
    if (ids.length === 0) return new Map();
    const query = tx.selectFrom('tweets').select(['id', 'user_id', 'tweet']);
    const rows = await query.where('id', 'in', [...ids]).execute();
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** @throws {UniqueViolation} */
  async insertUsers(tx: Tx, users: readonly AdoptedUser[]): Promise<void> {
    if (users.length > 0)
      await tx
        .insertInto('users')
        .values([...users])
        .execute();
  }

  /** @throws {UniqueViolation} */
  async insertTweets(tx: Tx, tweets: readonly AdoptedTweet[]): Promise<void> {
    if (tweets.length > 0)
      await tx
        .insertInto('tweets')
        .values([...tweets])
        .execute();
  }

  /** Stores those that are not there yet. @returns how many those were */
  async insertFollows(tx: Tx, follows: readonly AdoptedFollow[]): Promise<number> {
    if (follows.length === 0) return 0;
    const insert = tx
      .insertInto('users_follow_list')
      .ignore()
      .values([...follows]);
    return Number((await insert.executeTakeFirstOrThrow()).numInsertedOrUpdatedRows ?? 0n);
  }
}
