/** Tweets as a viewer sees them: who may see which, and everything that a presenter shows. */
import type { CountDao, TweetCounts } from '../model/counts.ts';
import { type Relation, type RelationDao, STRANGER } from '../model/relations.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { Tweet, TweetDao } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';
import type { UserView, UserViews } from './user-views.ts';

/** One tweet, ready for a presenter. */
export interface TweetView {
  readonly tweet: Tweet;
  readonly author: UserView;
  readonly counts: TweetCounts;
  /** The tweet that this one repeats. */
  readonly reblog: TweetView | undefined;
}

interface Dependencies {
  readonly tweets: TweetDao;
  readonly counts: CountDao;
  readonly relations: RelationDao;
  readonly userViews: UserViews;
  readonly now: Clock;
}

/** Who looks: a user's id, or undefined for anybody. */
export type ViewerId = number | undefined;

export class TweetViews {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Those of these tweets that exist and that the viewer may see, in the order asked for. */
  async load(ids: readonly number[], viewerId: ViewerId): Promise<TweetView[]> {
    const { tweets, counts, userViews } = this.#deps;
    const rows = await tweets.findMany(ids);
    const originals = await tweets.findMany(
      rows.flatMap(({ reblog_of_id }) => (reblog_of_id === null ? [] : [reblog_of_id])),
    );
    const all = [...rows, ...originals];
    const isVisible = await this.#visibility(all, viewerId);
    const authors = await userViews.load(all.map(({ user_id }) => user_id));
    const allCounts = await counts.ofTweets(all.map(({ id }) => id));

    const viewOf = (tweet: Tweet | undefined): TweetView | undefined => {
      const author = tweet && authors.get(tweet.user_id);
      if (!tweet || !author || !isVisible(tweet)) return undefined;
      const original = originals.find(({ id }) => id === tweet.reblog_of_id);
      const reblog = viewOf(original);
      if (tweet.reblog_of_id !== null && !reblog) return undefined;
      return { tweet, author, reblog, counts: allCounts.get(tweet.id) ?? NO_COUNTS };
    };
    const views = new Map(rows.map((row) => [row.id, viewOf(row)]));
    return ids.flatMap((id) => views.get(id) ?? []);
  }

  /** @throws {DomainError} `tweet_not_found` when there is none, or not for him */
  async one(id: number, viewerId: ViewerId): Promise<TweetView> {
    const [view] = await this.load([id], viewerId);
    if (!view) throw new DomainError('tweet_not_found');
    return view;
  }

  /** Tells which of these tweets the viewer may see. */
  async #visibility(
    tweets: readonly Tweet[],
    viewerId: ViewerId,
  ): Promise<(tweet: Tweet) => boolean> {
    if (viewerId === undefined) return (tweet) => tweet.visibility <= VISIBILITY.unlisted;
    const authors = tweets.map(({ user_id }) => user_id);
    const relations = await this.#deps.relations.find(viewerId, authors, this.#deps.now());
    return (tweet) =>
      tweet.user_id === viewerId || maySee(tweet, relations.get(tweet.user_id) ?? STRANGER);
  }
}

/** The one rule of who may see what, for tweets of others. */
function maySee(tweet: Tweet, author: Omit<Relation, 'userId'>): boolean {
  if (author.isBlockedBy) return false;
  if (tweet.visibility <= VISIBILITY.unlisted) return true;
  return tweet.visibility === VISIBILITY.private && author.follows;
}

const NO_COUNTS: TweetCounts = { replies: 0, reblogs: 0, favourites: 0 };
