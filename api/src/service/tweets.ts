import { ForeignKeyViolation, type Store } from '../model/database.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { Tweet, TweetDao, TweetText } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import type { IdempotencyService } from './idempotency.ts';
import type { Viewer } from './sessions.ts';
import { tweetText } from './text.ts';
import type { TimelineService } from './timelines.ts';

export type { TweetText };
export { VISIBILITY } from '../model/schema.ts';
export { timeOfTweetId } from '../model/tweet-ids.ts';

interface Dependencies {
  readonly store: Store;
  readonly tweets: TweetDao;
  readonly timelines: TimelineService;
  readonly idempotency: IdempotencyService;
}

export class TweetService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Publishes a tweet. Once this has returned the tweet is safe on disk, and on the next read of
   * every timeline it belongs to.
   *
   * @returns the tweet's id
   * @throws {DomainError} `tweet_blank`, `tweet_too_long`, `tweet_too_complex`, `text_invalid`,
   *   `idempotency_key_reused`
   */
  async post(viewer: Viewer, text: string, idempotencyKey?: string): Promise<number> {
    const { store, tweets, timelines, idempotency } = this.#deps;
    const tweet = tweetText(text);
    const once = { key: idempotencyKey, scope: `tweet ${viewer.userId}`, request: tweet };
    const row = { user_id: viewer.userId, tweet, visibility: VISIBILITY.public };
    try {
      // Without a key it is one statement, which is cheaper to store.
      if (idempotencyKey === undefined) {
        const stored = await tweets.insertAlone(row);
        timelines.tweetPosted(stored);
        return stored.id;
      }
      /** Unset when the key was known: then nothing new is stored. */
      let stored: Tweet | undefined;
      const id = await store.write((tx) => {
        stored = undefined;
        return idempotency.once(tx, once, async () => {
          stored = await tweets.insert(tx, row);
          return stored.id;
        });
      });
      if (stored) timelines.tweetPosted(stored);
      return id;
    } catch (error) {
      // Whether it was stored may not be known.
      timelines.userChanged(viewer.userId);
      // The account was deleted while its token was still believed.
      throw error instanceof ForeignKeyViolation ? new DomainError('token_invalid') : error;
    }
  }
}
