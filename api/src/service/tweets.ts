/** Tweets: saying something, changing it, taking it back. */
import { ForeignKeyViolation, type Store, type Tx } from '../model/database.ts';
import type { ConversationDao } from '../model/conversations.ts';
import type { FollowDao } from '../model/follows.ts';
import type { Media } from '../model/media.ts';
import { type NotificationKind, VISIBILITY } from '../model/schema.ts';
import type {
  EarlierTweet,
  NewTweet,
  Tweet,
  TweetDao,
  TweetEdit,
  TweetText,
} from '../model/tweets.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import type { IdempotencyService } from './idempotency.ts';
import { DELETIONS_TOLD, TOLD_OF_TWEET_MAX } from './limits.ts';
import type { Noted, Notifier } from './notifier.ts';
import type { Clock } from './ports.ts';
import type { SearchIndex } from './search-index.ts';
import type { Viewer } from './sessions.ts';
import { mayHaveEntities } from './text-entities.ts';
import type { TimelineService } from './timelines.ts';
import { type TweetDraft, wordsOf } from './tweet-drafts.ts';
import type { Pointed, TweetEntities } from './tweet-entities.ts';
import { mediaText, type TweetMedia } from './tweet-media.ts';
import { conversationOf, type TweetViews } from './tweet-views.ts';

export type { EarlierTweet, Tweet, TweetText };
export { timeOfTweetId } from '../model/tweet-ids.ts';
export { VISIBILITY } from '../model/schema.ts';

interface Dependencies {
  readonly store: Store;
  readonly tweets: TweetDao;
  readonly users: UserDao;
  readonly follows: FollowDao;
  readonly tweetMedia: TweetMedia;
  readonly conversations: ConversationDao;
  readonly tweetViews: TweetViews;
  readonly entities: TweetEntities;
  readonly searchIndex: SearchIndex;
  readonly timelines: TimelineService;
  readonly idempotency: IdempotencyService;
  readonly notifier: Notifier;
  readonly events: Events;
  readonly now: Clock;
}

/** What a unit of work has stored, to be told once it is safe. */
interface Stored {
  readonly tweet: Tweet;
  readonly hashtagIds: readonly number[];
  readonly noted: readonly (Noted | undefined)[];
}

export class TweetService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Publishes a tweet that is nothing but text, for those its author usually tweets for: see
   * {@link publish}.
   *
   * @returns the tweet's id
   */
  async post(viewer: Viewer, text: string, idempotencyKey?: string): Promise<number> {
    return this.publish(viewer, { text }, idempotencyKey);
  }

  /**
   * Publishes a tweet. Once this has returned the tweet is safe on disk, and on the next read of
   * every timeline it belongs to.
   *
   * @returns the tweet's id
   * @throws {DomainError} `tweet_blank`, `tweet_too_long`, `tweet_too_complex`, `text_invalid`,
   *   `media_too_many`, `media_not_attachable`, `tweet_not_found` (the one it answers),
   *   `idempotency_key_reused`
   */
  async publish(viewer: Viewer, draft: TweetDraft, idempotencyKey?: string): Promise<number> {
    const words = wordsOf(draft);
    try {
      const row = await this.#rowOf(viewer, draft, words);
      // Most are, and without a key it is one statement, which is cheaper to store.
      if (idempotencyKey === undefined && isPlain(row, draft)) {
        const { user_id, tweet, visibility } = row;
        return this.#told(await this.#postAlone({ user_id, tweet, visibility }));
      }
      return await this.#postWhole(viewer, row, draft, idempotencyKey);
    } catch (error) {
      // Whether it was stored is not known, unless it was refused.
      if (!(error instanceof DomainError)) this.#deps.timelines.userChanged(viewer.userId);
      // The account, or the tweet it answers, was deleted while it was still believed to be there.
      throw error instanceof ForeignKeyViolation ? new DomainError('token_invalid') : error;
    }
  }

  /**
   * Changes one's own tweet; what it said before stays to be read. What `changes` leaves out stays,
   * and nothing happens when the tweet would say the same.
   *
   * @throws {DomainError} as {@link publish}, and `tweet_not_found`
   */
  async edit(viewer: Viewer, id: number, changes: Partial<TweetDraft>): Promise<void> {
    const write = () => this.#deps.store.write((tx) => this.#edit(tx, viewer, id, changes));
    const stored = await this.#deps.timelines.inDoubt(id, viewer.userId, write);
    if (!stored) return;
    this.#deps.timelines.tweetEdited(stored.tweet, stored.hashtagIds);
    this.#deps.notifier.told(stored.noted);
    this.#deps.events.publish({ kind: 'tweet edited', tweet: stored.tweet });
  }

  /**
   * Deletes one's own tweet, and all its reblogs with it. Its pictures wait for a day, for the case
   * that it is written anew.
   *
   * @returns what it was
   * @throws {DomainError} `tweet_not_found`
   */
  async delete({ userId }: Viewer, id: number): Promise<Tweet> {
    const { store, tweets, tweetMedia, searchIndex, timelines, events } = this.#deps;
    const unit = async (tx: Tx) => {
      const tweet = await tweets.lock(tx, id);
      if (tweet?.user_id !== userId) throw new DomainError('tweet_not_found');
      const reblogs = await tweets.deleteReblogsOf(tx, id);
      await tweetMedia.release(tx, id);
      await tweets.delete(tx, id);
      await searchIndex.tweetDeleted(tx, tweet);
      return { tweet, reblogs };
    };
    const { tweet, reblogs } = await timelines.inDoubt(id, userId, () => store.write(unit));
    for (const gone of [tweet, ...reblogs]) timelines.tweetDeleted(gone.id, gone.user_id);
    for (const gone of [tweet, ...reblogs.slice(-DELETIONS_TOLD)]) {
      events.publish({ kind: 'tweet deleted', tweet: gone });
    }
    return tweet;
  }

  /** What a tweet said before it was edited, the oldest first. */
  async earlier(id: number): Promise<EarlierTweet[]> {
    return this.#deps.tweets.editsOf(id);
  }

  async #postAlone(row: NewTweet): Promise<Stored> {
    const tweet = await this.#deps.tweets.insertAlone(row);
    return { tweet, hashtagIds: [], noted: [] };
  }

  async #postWhole(
    viewer: Viewer,
    row: NewTweet,
    draft: TweetDraft,
    idempotencyKey: string | undefined,
  ): Promise<number> {
    const { store, idempotency } = this.#deps;
    const request = { ...draft, text: row.tweet };
    const once = { key: idempotencyKey, scope: `tweet ${viewer.userId}`, request };
    /** Unset when the key was known: then nothing new is stored. */
    let stored: Stored | undefined;
    const id = await store.write((tx) => {
      stored = undefined;
      return idempotency.once(tx, once, async () => {
        stored = await this.#insert(tx, row, draft);
        return stored.tweet.id;
      });
    });
    if (stored) this.#told(stored);
    return id;
  }

  async #insert(tx: Tx, row: NewTweet, draft: TweetDraft): Promise<Stored> {
    const { tweets, tweetMedia, entities, now } = this.#deps;
    const tweet = await tweets.insert(tx, row);
    await tweetMedia.set(tx, tweet, draft, []);
    const pointed = mayHaveEntities(tweet.tweet)
      ? await entities.set(tx, tweet, now(), true)
      : { userIds: [], hashtagIds: [] };
    const noted = [
      ...(await this.#noteMentioned(tx, tweet, pointed)),
      ...(await this.#noteFollowers(tx, tweet)),
    ];
    return { tweet, hashtagIds: pointed.hashtagIds, noted };
  }

  /** @returns undefined when there is nothing to change */
  async #edit(
    tx: Tx,
    viewer: Viewer,
    id: number,
    changes: Partial<TweetDraft>,
  ): Promise<Stored | undefined> {
    const { tweets, tweetMedia, entities, now } = this.#deps;
    const before = await tweets.lock(tx, id);
    if (before?.user_id !== viewer.userId || before.reblog_of_id !== null) {
      throw new DomainError('tweet_not_found');
    }
    const pictures = await tweetMedia.of(tx, id);
    const words = wordsOf({ ...draftOf(before, pictures), ...changes });
    const isMediaChanged = await tweetMedia.set(tx, before, changes, pictures);
    const after = { ...words, language: words.language ?? before.language };
    if (saysTheSame(before, after) && !isMediaChanged) return undefined;
    // Two versions never bear the same time.
    const at = Math.max(now(), (before.edited_at ?? before.created_at) + 1);
    await tweets.edit(tx, before, after, { media: mediaText(pictures), now: at });
    const tweet = { ...before, ...after, edited_at: at };
    await this.#deps.searchIndex.tweetEdited(tx, before, tweet);
    const pointed = await entities.set(tx, tweet, at, false);
    const noted = [
      ...(await this.#noteMentioned(tx, tweet, pointed)),
      ...(await this.#noteRebloggers(tx, tweet)),
    ];
    return { tweet, hashtagIds: pointed.hashtagIds, noted };
  }

  /** The row of a new tweet, with what is usual for its author. */
  async #rowOf(
    { userId }: Viewer,
    draft: TweetDraft,
    words: Pick<Tweet, 'tweet' | 'spoiler_text' | 'is_sensitive' | 'language'>,
  ): Promise<NewTweet> {
    const author = await this.#deps.users.usualOf(userId);
    const parent =
      draft.replyToId === undefined
        ? undefined
        : (await this.#deps.tweetViews.one(draft.replyToId, userId)).tweet;
    return {
      ...words,
      user_id: userId,
      visibility: draft.visibility ?? author?.default_visibility ?? VISIBILITY.public,
      is_sensitive:
        draft.isSensitive === undefined && author?.default_sensitive === 1 ? 1 : words.is_sensitive,
      language: words.language ?? author?.default_language ?? null,
      reply_to_id: parent?.id ?? null,
      reply_to_user_id: parent?.user_id ?? null,
      conversation_id: parent ? conversationOf(parent) : null,
    };
  }

  /** Those who are mentioned, and whom it answers if he may see it. */
  async #noteMentioned(tx: Tx, tweet: Tweet, { userIds }: Pointed): Promise<(Noted | undefined)[]> {
    const answered = tweet.visibility < VISIBILITY.private ? tweet.reply_to_user_id : null;
    const told = new Set(answered === null ? userIds : [...userIds, answered]);
    const deaf = await this.#deps.conversations.whoMuted(tx, conversationOf(tweet), [...told]);
    return this.#note(
      tx,
      tweet,
      'mention',
      [...told].filter((id) => !deaf.has(id)),
    );
  }

  /** Those followers who want to hear of every tweet. */
  async #noteFollowers(tx: Tx, tweet: Tweet): Promise<(Noted | undefined)[]> {
    if (tweet.visibility === VISIBILITY.direct || tweet.reply_to_id !== null) return [];
    const followers = await this.#deps.follows.whoWantToHearOf(
      tx,
      tweet.user_id,
      TOLD_OF_TWEET_MAX,
    );
    return this.#note(tx, tweet, 'status', followers);
  }

  async #noteRebloggers(tx: Tx, tweet: Tweet): Promise<(Noted | undefined)[]> {
    const reblogs = await this.#deps.tweets.reblogsOf(tweet.id, { limit: TOLD_OF_TWEET_MAX }, tx);
    return this.#note(
      tx,
      tweet,
      'update',
      reblogs.map(({ user_id }) => user_id),
    );
  }

  async #note(
    tx: Tx,
    tweet: Tweet,
    kind: NotificationKind,
    userIds: readonly number[],
  ): Promise<(Noted | undefined)[]> {
    const { notifier, now } = this.#deps;
    const noted: (Noted | undefined)[] = [];
    for (const userId of userIds) {
      const occasion = { userId, kind, fromUserId: tweet.user_id, tweetId: tweet.id, now: now() };
      noted.push(await notifier.note(tx, occasion));
    }
    return noted;
  }

  #told({ tweet, hashtagIds, noted }: Stored): number {
    const { timelines, notifier, events } = this.#deps;
    timelines.tweetPosted(tweet, hashtagIds);
    notifier.told(noted);
    events.publish({ kind: 'tweet posted', tweet });
    return tweet.id;
  }
}

/** Whether it is nothing but words for everyone. */
function isPlain(row: NewTweet, { mediaIds = [] }: TweetDraft): boolean {
  return (
    row.visibility === VISIBILITY.public &&
    row.reply_to_id === null &&
    row.is_sensitive === 0 &&
    row.spoiler_text === '' &&
    row.language === null &&
    mediaIds.length === 0 &&
    !mayHaveEntities(row.tweet)
  );
}

const saysTheSame = (before: Tweet, after: TweetEdit): boolean =>
  before.tweet === after.tweet &&
  before.spoiler_text === after.spoiler_text &&
  before.is_sensitive === after.is_sensitive;

/** A stored tweet as if it were to be said again. */
function draftOf(tweet: Tweet, pictures: readonly Media[]): TweetDraft {
  return {
    text: tweet.tweet,
    spoilerText: tweet.spoiler_text,
    isSensitive: tweet.is_sensitive === 1,
    mediaIds: pictures.map(({ id }) => id),
  };
}
