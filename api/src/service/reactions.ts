/** What people do with tweets of others, and their own: favourites, bookmarks, pins, reblogs. */
import type { ConversationDao } from '../model/conversations.ts';
import { ForeignKeyViolation, type Store, type Tx } from '../model/database.ts';
import type { NotificationDao } from '../model/notifications.ts';
import type { Reaction, ReactionDao, ReactionPage } from '../model/reactions.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { Tweet, TweetDao } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import { PINS_MAX } from './limits.ts';
import type { Noted, Notifier } from './notifier.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { TimelineService } from './timelines.ts';
import { conversationOf, type TweetViews } from './tweet-views.ts';

export type { Reaction, ReactionPage };

interface Dependencies {
  readonly store: Store;
  readonly tweets: TweetDao;
  readonly favourites: ReactionDao;
  readonly bookmarks: ReactionDao;
  readonly pins: ReactionDao;
  readonly conversations: ConversationDao;
  readonly notifications: NotificationDao;
  readonly tweetViews: TweetViews;
  readonly timelines: TimelineService;
  readonly notifier: Notifier;
  readonly events: Events;
  readonly now: Clock;
}

/**
 * Each method takes the id of a tweet, or of a reblog, which stands for the tweet that it repeats.
 * Twice is once, and what was never done is undone without a word. All throw `tweet_not_found` for
 * tweets that the viewer may not see.
 */
export class ReactionService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  async favourite(viewer: Viewer, id: number): Promise<void> {
    const { store, favourites } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    const noted = await this.#write(() =>
      store.write(async (tx) => {
        const isNew = await favourites.insert(tx, viewer.userId, tweet.id, this.#deps.now());
        return isNew ? this.#note(tx, viewer, tweet, 'favourite') : undefined;
      }),
    );
    this.#deps.notifier.told([noted]);
  }

  async unfavourite(viewer: Viewer, id: number): Promise<void> {
    const { store, favourites, notifications } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    await store.write(async (tx) => {
      await favourites.delete(tx, viewer.userId, tweet.id);
      await notifications.withdraw(tx, viewer.userId, 'favourite', {
        tweetId: tweet.id,
        userId: tweet.user_id,
      });
    });
  }

  async bookmark(viewer: Viewer, id: number): Promise<void> {
    const { store, bookmarks, now } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    await this.#write(() =>
      store.write((tx) => bookmarks.insert(tx, viewer.userId, tweet.id, now())),
    );
  }

  async unbookmark(viewer: Viewer, id: number): Promise<void> {
    const { store, bookmarks } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    await store.write((tx) => bookmarks.delete(tx, viewer.userId, tweet.id));
  }

  /** @throws {DomainError} `pin_refused` for tweets of others, direct ones, and too many */
  async pin(viewer: Viewer, id: number): Promise<void> {
    const { store, pins, now } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    if (tweet.user_id !== viewer.userId || tweet.visibility === VISIBILITY.direct) {
      throw new DomainError('pin_refused');
    }
    await store.write(async (tx) => {
      await pins.insert(tx, viewer.userId, tweet.id, now());
      if ((await pins.countOf(tx, viewer.userId)) > PINS_MAX) throw new DomainError('pin_refused');
    });
  }

  async unpin(viewer: Viewer, id: number): Promise<void> {
    const { store, pins } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    await store.write((tx) => pins.delete(tx, viewer.userId, tweet.id));
  }

  /** No more notifications about this conversation. */
  async muteConversation(viewer: Viewer, id: number): Promise<void> {
    const { store, conversations, now } = this.#deps;
    const conversation = conversationOf(await this.#visible(viewer, id));
    await store.write((tx) => conversations.mute(tx, viewer.userId, conversation, now()));
  }

  async unmuteConversation(viewer: Viewer, id: number): Promise<void> {
    const { store, conversations } = this.#deps;
    const conversation = conversationOf(await this.#visible(viewer, id));
    await store.write((tx) => conversations.unmute(tx, viewer.userId, conversation));
  }

  /**
   * Repeats a tweet for one's followers.
   *
   * @param visibility a value of `VISIBILITY`; never wider than the tweet's own
   * @returns the reblog's id
   * @throws {DomainError} `reblog_refused` for direct tweets, and private ones of others
   */
  async reblog(viewer: Viewer, id: number, visibility: number): Promise<number> {
    const { store, tweets, timelines, notifier, events } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    const isPrivate = tweet.visibility === VISIBILITY.private;
    const isRefused =
      tweet.visibility === VISIBILITY.direct || (isPrivate && tweet.user_id !== viewer.userId);
    if (isRefused) throw new DomainError('reblog_refused');
    const row = {
      user_id: viewer.userId,
      tweet: '',
      visibility: Math.max(tweet.visibility, Math.min(visibility, VISIBILITY.private)),
      reblog_of_id: tweet.id,
    };
    const { reblog, isNew, noted } = await this.#write(() =>
      store.write(async (tx) => {
        // Whoever comes second waits here, and finds what the first has made.
        if (!(await tweets.lock(tx, tweet.id))) throw new DomainError('tweet_not_found');
        const mine = { userId: viewer.userId, limit: 1 };
        const [known] = await tweets.reblogsOf(tweet.id, mine, tx);
        if (known) return { reblog: known, isNew: false, noted: undefined };
        const reblog = await tweets.insert(tx, row);
        return { reblog, isNew: true, noted: await this.#note(tx, viewer, tweet, 'reblog') };
      }),
    );
    if (isNew) {
      timelines.tweetPosted(reblog);
      notifier.told([noted]);
      events.publish({ kind: 'tweet posted', tweet: reblog });
    }
    return reblog.id;
  }

  /** @returns the id of the tweet that is not repeated any more */
  async unreblog(viewer: Viewer, id: number): Promise<number> {
    const { store, tweets, notifications, timelines, events } = this.#deps;
    const tweet = await this.#visible(viewer, id);
    const unit = async (tx: Tx) => {
      const found = await tweets.reblogsOf(tweet.id, { userId: viewer.userId, limit: 10 }, tx);
      for (const reblog of found) await tweets.delete(tx, reblog.id);
      await notifications.withdraw(tx, viewer.userId, 'reblog', {
        tweetId: tweet.id,
        userId: tweet.user_id,
      });
      return found;
    };
    const write = () => store.write(unit);
    for (const reblog of await timelines.inDoubt(tweet.id, viewer.userId, write)) {
      timelines.tweetDeleted(reblog.id, reblog.user_id);
      events.publish({ kind: 'tweet deleted', tweet: reblog });
    }
    return tweet.id;
  }

  /** A page of the viewer's favourites or bookmarks, newest first. */
  async listOf(
    { userId }: Viewer,
    kind: 'favourites' | 'bookmarks',
    page: ReactionPage,
  ): Promise<Reaction[]> {
    return this.#deps[kind].ofUser(userId, page);
  }

  /** A page of those who have marked a tweet as a favourite, newest first. */
  async favouritedBy(tweetId: number, page: ReactionPage): Promise<Reaction[]> {
    return this.#deps.favourites.ofTweet(tweetId, page);
  }

  /** A page of a tweet's reblogs, newest first; who has repeated it for his followers is theirs to know. */
  async reblogsOf(tweetId: number, page: ReactionPage): Promise<Tweet[]> {
    return this.#deps.tweets.reblogsOf(tweetId, { ...page, mostPrivate: VISIBILITY.unlisted });
  }

  /** The tweet itself, also where a reblog of it is named. */
  async #visible({ userId }: Viewer, id: number): Promise<Tweet> {
    const view = await this.#deps.tweetViews.one(id, userId);
    return (view.reblog ?? view).tweet;
  }

  async #note(
    tx: Tx,
    { userId }: Viewer,
    tweet: Tweet,
    kind: 'favourite' | 'reblog',
  ): Promise<Noted | undefined> {
    const { notifier, now } = this.#deps;
    const occasion = { kind, fromUserId: userId, tweetId: tweet.id, now: now() };
    return notifier.note(tx, { ...occasion, userId: tweet.user_id });
  }

  /** The tweet may go between the look and the deed. */
  async #write<T>(write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('tweet_not_found') : error;
    }
  }
}
