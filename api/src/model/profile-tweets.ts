/** Which tweets stand on somebody's profile. */
import type { Store } from './database.ts';
import { type Page, readPage } from './pages.ts';

/** Which of his tweets are wanted. */
export interface ProfileSelection {
  /** The smallest audience that may be shown: a value of `VISIBILITY`. */
  readonly widest: number;
  /** Tweets with smaller audiences are shown to whom they mention. */
  readonly mentioning?: number | undefined;
  readonly isWithMedia?: boolean;
  readonly excludesReplies?: boolean;
  readonly excludesReblogs?: boolean;
  readonly hashtagId?: number | undefined;
}

interface Condition {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

export class ProfileTweetDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A page of the ids of a user's tweets. */
  async ids(userId: number, selection: ProfileSelection, page: Page): Promise<number[]> {
    const conditions = conditionsOf(userId, selection);
    const list = {
      sql: `SELECT id FROM tweets WHERE user_id = ?${conditions
        .map(({ sql }) => ` AND ${sql}`)
        .join('')}`,
      parameters: [userId, ...conditions.flatMap(({ parameters }) => parameters)],
      by: 'id',
    };
    const rows = await readPage<{ id: number }>(this.#store.reader, list, page);
    return rows.map(({ id }) => id);
  }
}

const WITH_MEDIA = 'SELECT tweet_id FROM media WHERE media.user_id = ? AND tweet_id IS NOT NULL';

function conditionsOf(userId: number, selection: ProfileSelection): Condition[] {
  const { isWithMedia, excludesReplies, excludesReblogs, hashtagId } = selection;
  const plain = (sql: string): Condition => ({ sql, parameters: [] });
  return [
    audience(selection),
    ...(excludesReblogs || isWithMedia ? [plain('reblog_of_id IS NULL')] : []),
    // What somebody answers to himself goes on with what he has said.
    ...(excludesReplies ? [plain('(reply_to_user_id IS NULL OR reply_to_user_id = user_id)')] : []),
    // By the index (user_id, tweet_id): most tweets have none.
    ...(isWithMedia ? [{ sql: `id IN (${WITH_MEDIA})`, parameters: [userId] }] : []),
    ...(hashtagId === undefined
      ? []
      : [
          {
            sql: `EXISTS (SELECT 1 FROM tweets_hashtags AS tagged
              WHERE tagged.tweet_id = tweets.id AND tagged.hashtag_id = ?)`,
            parameters: [hashtagId],
          },
        ]),
  ];
}

function audience({ widest, mentioning }: ProfileSelection): Condition {
  if (mentioning === undefined) return { sql: 'visibility <= ?', parameters: [widest] };
  return {
    sql: `(visibility <= ? OR EXISTS (SELECT 1 FROM mentions
      WHERE mentions.tweet_id = tweets.id AND mentions.user_id = ?))`,
    parameters: [widest, mentioning],
  };
}
