/** How many tweets, followers and answers there are: counted, never written down, so never wrong. */
import { CompiledQuery } from 'kysely';
import type { Store } from './database.ts';
import { VISIBILITY } from './schema.ts';

/** What stands beside a person's name. */
export interface UserCounts {
  /** Reblogs included, direct messages not. */
  readonly tweets: number;
  readonly followers: number;
  readonly follows: number;
  /** The id of the newest of those tweets; 0 when there is none. */
  readonly lastTweetId: number;
}

/** What stands below a tweet. */
export interface TweetCounts {
  readonly replies: number;
  readonly reblogs: number;
  readonly favourites: number;
}

interface Row {
  readonly id: number;
  readonly what: string;
  readonly n: number;
}

export class CountDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async ofUsers(ids: readonly number[]): Promise<Map<number, UserCounts>> {
    const rows = await this.#count(ids, (places) => [
      `SELECT user_id AS id, 'tweets' AS what, COUNT(*) AS n FROM tweets
       WHERE user_id IN (${places}) AND visibility < ${VISIBILITY.direct} GROUP BY user_id`,
      `SELECT user_id AS id, 'lastTweetId' AS what, MAX(id) AS n FROM tweets
       WHERE user_id IN (${places}) AND visibility < ${VISIBILITY.direct} GROUP BY user_id`,
      `SELECT follow_user_id AS id, 'followers' AS what, COUNT(*) AS n FROM users_follow_list
       WHERE follow_user_id IN (${places}) GROUP BY follow_user_id`,
      `SELECT user_id AS id, 'follows' AS what, COUNT(*) AS n FROM users_follow_list
       WHERE user_id IN (${places}) GROUP BY user_id`,
    ]);
    return gather(ids, rows, { tweets: 0, followers: 0, follows: 0, lastTweetId: 0 });
  }

  async ofTweets(ids: readonly number[]): Promise<Map<number, TweetCounts>> {
    const rows = await this.#count(ids, (places) => [
      `SELECT reply_to_id AS id, 'replies' AS what, COUNT(*) AS n FROM tweets
       WHERE reply_to_id IN (${places}) AND visibility < ${VISIBILITY.direct} GROUP BY reply_to_id`,
      `SELECT reblog_of_id AS id, 'reblogs' AS what, COUNT(*) AS n FROM tweets
       WHERE reblog_of_id IN (${places}) GROUP BY reblog_of_id`,
      `SELECT tweet_id AS id, 'favourites' AS what, COUNT(*) AS n FROM favourites
       WHERE tweet_id IN (${places}) GROUP BY tweet_id`,
    ]);
    return gather(ids, rows, { replies: 0, reblogs: 0, favourites: 0 });
  }

  async #count(ids: readonly number[], parts: (places: string) => string[]): Promise<Row[]> {
    if (ids.length === 0) return [];
    const selects = parts(ids.map(() => '?').join());
    const query = CompiledQuery.raw(
      selects.join(' UNION ALL '),
      selects.flatMap(() => ids),
    ) as CompiledQuery<Row>;
    return (await this.#store.reader.executeQuery(query)).rows;
  }
}

function gather<T extends object>(ids: readonly number[], rows: Row[], none: T): Map<number, T> {
  const found = new Map(ids.map((id) => [id, { ...none }]));
  for (const { id, what, n } of rows) Object.assign(found.get(id) ?? {}, { [what]: n });
  return found;
}
