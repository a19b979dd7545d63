/** Tweets as a viewer sees them: those he may see, with everything that a presenter shows. */
import type { ConversationDao } from '../model/conversations.ts';
import type { CountDao, TweetCounts } from '../model/counts.ts';
import type { Hashtag, HashtagDao } from '../model/hashtags.ts';
import type { Media, MediaDao } from '../model/media.ts';
import type { Mention, MentionDao } from '../model/mentions.ts';
import type { ReactionDao } from '../model/reactions.ts';
import type { RelationDao } from '../model/relations.ts';
import type { Tweet, TweetDao } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import type { FilterMatch, FilterMatchers } from './filter-matchers.ts';
import type { Clock } from './ports.ts';
import type { UserView, UserViews } from './user-views.ts';
import { maySee, type ViewerId } from './visibility.ts';

/** What a viewer has done with a tweet. */
export interface OwnMarks {
  readonly favourited: boolean;
  readonly reblogged: boolean;
  readonly bookmarked: boolean;
  /** The conversation, not the author. */
  readonly muted: boolean;
  readonly pinned: boolean;
}

/** Nothing. */
export const NO_MARKS: OwnMarks = {
  favourited: false,
  reblogged: false,
  bookmarked: false,
  muted: false,
  pinned: false,
};

/** One tweet, ready for a presenter. */
export interface TweetView {
  readonly tweet: Tweet;
  readonly author: UserView;
  readonly counts: TweetCounts;
  readonly media: readonly Media[];
  readonly mentions: readonly Mention[];
  readonly hashtags: readonly Hashtag[];
  readonly marks: OwnMarks;
  /** What the viewer's filters say of it, wherever he meets it. */
  readonly filtered: readonly FilterMatch[];
  /** The tweet that this one repeats. */
  readonly reblog: TweetView | undefined;
}

interface Dependencies {
  readonly tweets: TweetDao;
  readonly counts: CountDao;
  readonly relations: RelationDao;
  readonly media: MediaDao;
  readonly mentions: MentionDao;
  readonly hashtags: HashtagDao;
  readonly favourites: ReactionDao;
  readonly bookmarks: ReactionDao;
  readonly pins: ReactionDao;
  readonly conversations: ConversationDao;
  readonly userViews: UserViews;
  readonly filterMatchers: FilterMatchers;
  readonly now: Clock;
}

const NOTHING: ReadonlySet<number> = new Set();
const NO_COUNTS: TweetCounts = { replies: 0, reblogs: 0, favourites: 0 };

/** As much of a tweet as one needs to know what somebody has done with it. */
export type Marked = Pick<Tweet, 'id' | 'conversation_id'>;

/** The conversation that a tweet belongs to; its first tweet has none noted. */
export const conversationOf = (tweet: Marked): number => tweet.conversation_id ?? tweet.id;

export class TweetViews {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Those of these tweets that exist and that the viewer may see, in the order asked for. */
  async load(ids: readonly number[], viewerId: ViewerId): Promise<TweetView[]> {
    const { tweets } = this.#deps;
    const rows = await tweets.findMany(ids);
    const originalIds = rows.flatMap(({ reblog_of_id }) => reblog_of_id ?? []);
    const all = new Map<number, Tweet>();
    for (const row of [...rows, ...(await tweets.findMany(originalIds))]) all.set(row.id, row);
    const facts = await this.#factsOf([...all.values()], viewerId);

    const viewOf = (tweet: Tweet | undefined): TweetView | undefined => {
      if (!tweet || !facts.isVisible(tweet)) return undefined;
      if (tweet.reblog_of_id === null) return { ...facts.of(tweet), reblog: undefined };
      const reblog = viewOf(all.get(tweet.reblog_of_id));
      if (!reblog) return undefined;
      const { marks, filtered } = reblog;
      return { ...facts.of(tweet), marks, filtered, reblog };
    };
    const views = new Map(rows.map((row) => [row.id, viewOf(row)]));
    return ids.flatMap((id) => views.get(id) ?? []);
  }

  /** Those of these tweets that exist, seen by nobody in particular, without what they repeat. */
  async unchecked(ids: readonly number[]): Promise<TweetView[]> {
    const tweets = await this.#deps.tweets.findMany(ids);
    const facts = await this.#factsOf(tweets, undefined);
    return tweets.map((tweet) => ({ ...facts.of(tweet), reblog: undefined }));
  }

  /** @throws {DomainError} `tweet_not_found` when there is none, or not for him */
  async one(id: number, viewerId: ViewerId): Promise<TweetView> {
    const [view] = await this.load([id], viewerId);
    if (!view) throw new DomainError('tweet_not_found');
    return view;
  }

  /** Everything about these tweets, each kind in one question. */
  async #factsOf(tweets: readonly Tweet[], viewerId: ViewerId) {
    const { userViews, counts, media, mentions, hashtags, filterMatchers } = this.#deps;
    const ids = tweets.map(({ id }) => id);
    const authorIds = [...new Set(tweets.map(({ user_id }) => user_id))];
    const [authors, mentioned, relations, allCounts, allMedia, allHashtags, marksOf, filtersOf] =
      await Promise.all([
        userViews.load(authorIds),
        mentions.ofTweets(ids),
        this.#relationsOf(authorIds, viewerId),
        counts.ofTweets(ids),
        media.ofTweets(ids),
        hashtags.ofTweets(ids),
        this.marksOf(tweets, viewerId),
        viewerId === undefined ? undefined : filterMatchers.of(viewerId),
      ]);
    const authorOf = ({ user_id }: Tweet) => authors.get(user_id);
    const mentionsOf = ({ id }: Tweet) => mentioned.get(id) ?? [];
    const mediaOf = ({ id }: Tweet) => allMedia.get(id) ?? [];
    const filteredBy = (tweet: Tweet) => {
      const descriptions = mediaOf(tweet).map(({ description }) => description);
      return filtersOf?.match(tweet, descriptions) ?? [];
    };
    return {
      isVisible: (tweet: Tweet) =>
        (authorOf(tweet)?.user.state === 'active' || tweet.user_id === viewerId) &&
        maySee(tweet, {
          viewerId,
          toAuthor: relations?.get(tweet.user_id),
          isMentioned: mentionsOf(tweet).some(({ userId }) => userId === viewerId),
        }),
      of: (tweet: Tweet) => ({
        tweet,
        author: authorOf(tweet) as UserView,
        counts: allCounts.get(tweet.id) ?? NO_COUNTS,
        media: mediaOf(tweet),
        mentions: mentionsOf(tweet),
        hashtags: allHashtags.get(tweet.id) ?? [],
        marks: marksOf(tweet),
        filtered: filteredBy(tweet),
      }),
    };
  }

  async #relationsOf(userIds: readonly number[], viewerId: ViewerId) {
    if (viewerId === undefined) return undefined;
    return this.#deps.relations.find(viewerId, userIds, this.#deps.now());
  }

  /** What a viewer has done with each of these tweets. */
  async marksOf(
    tweets: readonly Marked[],
    viewerId: ViewerId,
  ): Promise<(tweet: Marked) => OwnMarks> {
    const { favourites, bookmarks, pins, conversations, tweets: dao } = this.#deps;
    const ids = tweets.map(({ id }) => id);
    const [favourited, bookmarked, pinned, muted, reblogged] =
      viewerId === undefined
        ? [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING]
        : await Promise.all([
            favourites.among(viewerId, ids),
            bookmarks.among(viewerId, ids),
            pins.among(viewerId, ids),
            conversations.mutedAmong(viewerId, tweets.map(conversationOf)),
            dao.rebloggedAmong(viewerId, ids),
          ]);
    return (tweet) => ({
      favourited: favourited.has(tweet.id),
      bookmarked: bookmarked.has(tweet.id),
      pinned: pinned.has(tweet.id),
      muted: muted.has(conversationOf(tweet)),
      reblogged: reblogged.has(tweet.id),
    });
  }
}
