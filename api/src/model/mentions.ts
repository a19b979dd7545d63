import type { Store, Tx } from './database.ts';

/** Somebody who is mentioned in a tweet. */
export interface Mention {
  readonly userId: number;
  readonly username: string;
}

/** The table `mentions`. */
export class MentionDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those of these user names that somebody in good standing has. */
  async usersOf(tx: Tx, usernameKeys: readonly string[]): Promise<Mention[]> {
    if (usernameKeys.length === 0) return [];
    return tx
      .selectFrom('users')
      .select(['id as userId', 'username'])
      .where('username_key', 'in', usernameKeys)
      .where('state', '=', 'active')
      .orderBy('id')
      .execute();
  }

  /** Sets who is mentioned in a tweet. */
  async setOf(tx: Tx, tweetId: number, userIds: readonly number[]): Promise<void> {
    await tx.deleteFrom('mentions').where('tweet_id', '=', tweetId).execute();
    if (userIds.length === 0) return;
    await tx
      .insertInto('mentions')
      .values(userIds.map((user_id) => ({ tweet_id: tweetId, user_id })))
      .execute();
  }

  /** Who is mentioned in these tweets, by tweet. */
  async ofTweets(ids: readonly number[]): Promise<Map<number, Mention[]>> {
    const found = new Map<number, Mention[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const rows = await this.#store.reader
      .selectFrom('mentions')
      .innerJoin('users', 'users.id', 'mentions.user_id')
      .select(['mentions.tweet_id', 'mentions.user_id', 'users.username'])
      .where('mentions.tweet_id', 'in', ids)
      .orderBy('mentions.user_id')
      .execute();
    for (const { tweet_id, user_id, username } of rows) {
      found.get(tweet_id)?.push({ userId: user_id, username });
    }
    return found;
  }
}
