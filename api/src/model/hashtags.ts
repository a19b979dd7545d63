import type { Selectable } from 'kysely';
import { type Store, type Tx, UniqueViolation } from './database.ts';
import { type Schema, VISIBILITY } from './schema.ts';

export type Hashtag = Selectable<Schema['hashtags']>;

/** The tables `hashtags` and `tweets_hashtags`. */
export class HashtagDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async findByKey(nameKey: string): Promise<Hashtag | undefined> {
    return this.#store.reader
      .selectFrom('hashtags')
      .selectAll()
      .where('name_key', '=', nameKey)
      .executeTakeFirst();
  }

  /** The ids of those of these hashtags that there are. */
  async idsOf(nameKeys: readonly string[]): Promise<number[]> {
    if (nameKeys.length === 0) return [];
    const rows = await this.#store.reader
      .selectFrom('hashtags')
      .select('id')
      .where('name_key', 'in', nameKeys)
      .execute();
    return rows.map(({ id }) => id);
  }

  /**
   * The ids of hashtags, made where there are none yet.
   *
   * @param names by key, as they are written
   */
  async take(tx: Tx, names: ReadonlyMap<string, string>, now: number): Promise<number[]> {
    const ids: number[] = [];
    // One after the other, in an order of their own, so that two writers never wait for each other.
    for (const [name_key, name] of inOrder(names)) {
      ids.push(await this.#takeOne(tx, { name_key, name, created_at: now }));
    }
    return ids;
  }

  async #takeOne(
    tx: Tx,
    hashtag: Pick<Hashtag, 'name' | 'name_key' | 'created_at'>,
  ): Promise<number> {
    const known = await this.#idOf(tx, hashtag.name_key);
    if (known !== undefined) return known;
    try {
      const { insertId } = await tx
        .insertInto('hashtags')
        .values(hashtag)
        .executeTakeFirstOrThrow();
      return Number(insertId);
    } catch (error) {
      // Somebody was faster. His row may not be in what this transaction sees: locked, it is.
      const id =
        error instanceof UniqueViolation ? await this.#idOf(tx, hashtag.name_key, true) : undefined;
      if (id === undefined) throw error;
      return id;
    }
  }

  async #idOf(tx: Tx, nameKey: string, isLocked = false): Promise<number | undefined> {
    const query = tx.selectFrom('hashtags').select('id').where('name_key', '=', nameKey);
    const row = await (isLocked ? this.#store.dialect.forShare(query) : query).executeTakeFirst();
    return row?.id;
  }

  /** Sets the hashtags of a tweet. */
  async setOf(tx: Tx, tweetId: number, hashtagIds: readonly number[]): Promise<void> {
    await tx.deleteFrom('tweets_hashtags').where('tweet_id', '=', tweetId).execute();
    if (hashtagIds.length === 0) return;
    await tx
      .insertInto('tweets_hashtags')
      .values(hashtagIds.map((hashtag_id) => ({ hashtag_id, tweet_id: tweetId })))
      .execute();
  }

  /** Those whose keys are from `from` until just before `to` and that stand in a tweet for everyone. */
  async publicBetween(
    from: string,
    to: string,
    { limit, offset }: { readonly limit: number; readonly offset: number },
  ): Promise<Hashtag[]> {
    return this.#store.reader
      .selectFrom('hashtags')
      .selectAll()
      .where('name_key', '>=', from)
      .where('name_key', '<', to)
      .where((eb) =>
        eb.exists(
          eb
            .selectFrom('tweets_hashtags')
            .innerJoin('tweets', 'tweets.id', 'tweets_hashtags.tweet_id')
            .select('tweets.id')
            .whereRef('tweets_hashtags.hashtag_id', '=', 'hashtags.id')
            .where('tweets.visibility', '=', VISIBILITY.public),
        ),
      )
      .orderBy('name_key')
      .limit(limit)
      .offset(offset)
      .execute();
  }

  /** Those of these hashtags that somebody follows. */
  async followedAmong(userId: number, ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#store.reader
      .selectFrom('followed_hashtags')
      .select('hashtag_id')
      .where('user_id', '=', userId)
      .where('hashtag_id', 'in', ids)
      .execute();
    return new Set(rows.map(({ hashtag_id }) => hashtag_id));
  }

  /** The hashtags of these tweets, by tweet. */
  async ofTweets(ids: readonly number[]): Promise<Map<number, Hashtag[]>> {
    const found = new Map<number, Hashtag[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const rows = await this.#store.reader
      .selectFrom('tweets_hashtags')
      .innerJoin('hashtags', 'hashtags.id', 'tweets_hashtags.hashtag_id')
      .selectAll('hashtags')
      .select('tweets_hashtags.tweet_id')
      .where('tweets_hashtags.tweet_id', 'in', ids)
      .orderBy('hashtags.id')
      .execute();
    for (const { tweet_id, ...hashtag } of rows) found.get(tweet_id)?.push(hashtag);
    return found;
  }
}

function inOrder(names: ReadonlyMap<string, string>): [string, string][] {
  return [...names].toSorted(([a], [b]) => (a < b ? -1 : 1));
}
