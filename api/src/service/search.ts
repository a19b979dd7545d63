/** Search: people, hashtags and tweets, as far as whoever asks may come across them. */
import type { Hashtag, HashtagDao } from '../model/hashtags.ts';
import type { RelationDao } from '../model/relations.ts';
import type { SearchPeopleDao } from '../model/search-people.ts';
import type { SearchProgressDao } from '../model/search-progress.ts';
import type { SearchTermDao } from '../model/search-terms.ts';
import type { TweetDao } from '../model/tweets.ts';
import type { UserDao } from '../model/users.ts';
import { SEARCH_OFFSET_MAX, SEARCH_PAGE_MAX } from './limits.ts';
import { findPeople, peopleQuery } from './people-search.ts';
import type { Clock } from './ports.ts';
import { isVague, searchText, tweetQuery } from './search-query.ts';
import { foldKey } from './text.ts';
import type { IsHere } from './text-entities.ts';
import type { ThrottleService } from './throttles.ts';
import { findTweets } from './tweet-search.ts';
import type { TweetView, TweetViews } from './tweet-views.ts';
import type { UserView, UserViews } from './user-views.ts';
import { mayFind, type ViewerId } from './visibility.ts';

interface Dependencies {
  readonly searchTerms: SearchTermDao;
  readonly searchProgress: SearchProgressDao;
  readonly searchPeople: SearchPeopleDao;
  readonly hashtags: HashtagDao;
  readonly relations: RelationDao;
  readonly tweets: TweetDao;
  readonly users: UserDao;
  readonly userViews: UserViews;
  readonly tweetViews: TweetViews;
  readonly throttles: ThrottleService;
  readonly isHere: IsHere;
  readonly now: Clock;
}

/** Who searches for what, and which part of the results he wants. */
export interface Search {
  readonly text: string;
  readonly viewerId: ViewerId;
  /** Cut to what a page has at most. */
  readonly limit: number;
  /** Results to skip. */
  readonly offset?: number | undefined;
}

export interface PeopleSearch extends Search {
  /** Only those whom the viewer follows. */
  readonly isFollowing?: boolean | undefined;
}

export interface TweetsSearch extends Search {
  readonly authorId?: number | undefined;
  /** Smaller ids only. */
  readonly below?: number | undefined;
  /** Larger ids only. */
  readonly above?: number | undefined;
}

/** A hashtag that was found. */
export interface FoundHashtag {
  readonly hashtag: Hashtag;
  readonly isFollowed: boolean;
}

/** Follows nothing that begins with the same. */
const LAST = '\u{10ffff}';
/** Tweets looked at with everything that belongs to them at once. */
const LOOKED_AT = 40;

export class SearchService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * To be called before a search is made.
   *
   * @param caller the user, or the network address of somebody who has not logged in
   * @throws {TryLaterError} `too_many_attempts`
   */
  async begin(caller: { readonly viewerId: ViewerId; readonly address: string }): Promise<void> {
    await this.#deps.throttles.beforeSearch(caller);
  }

  /**
   * People whose user name begins so, or whose name has words that do: the very user name first, then
   * those whom the viewer follows.
   *
   * @throws {DomainError} `text_invalid`, `search_too_long`
   */
  async accounts(search: PeopleSearch): Promise<UserView[]> {
    const { relations, userViews, isHere, now } = this.#deps;
    const { text, viewerId, isFollowing = false } = search;
    const query = peopleQuery(text, isHere);
    const people = await findPeople(this.#deps, query, viewerId);
    const ids = people.map(({ id }) => id);
    const known = viewerId === undefined ? undefined : await relations.find(viewerId, ids, now());
    const follows = (id: number) => known?.get(id)?.follows === true;
    const shown = ids.filter((id) => !known?.get(id)?.isBlockedBy && (!isFollowing || follows(id)));
    const named = people.find(({ username }) => foldKey(username) === query.username)?.id;
    const rank = (id: number) => (id === named ? 0 : follows(id) ? 1 : 2);
    const page = pageOf(
      shown.toSorted((a, b) => rank(a) - rank(b)),
      search,
    );
    const views = await userViews.load(page);
    return page.flatMap((id) => views.get(id) ?? []);
  }

  /**
   * Hashtags that begin so and stand in a tweet for everyone, in the order of the alphabet.
   *
   * @throws {DomainError} `text_invalid`, `search_too_long`
   */
  async hashtags(search: Search): Promise<FoundHashtag[]> {
    const { hashtags } = this.#deps;
    const { viewerId, offset = 0 } = search;
    const key = foldKey(searchText(search.text).replace(/^[#＃]/u, ''));
    if (key === '' || offset > SEARCH_OFFSET_MAX) return [];
    const limit = Math.min(search.limit, SEARCH_PAGE_MAX);
    const found = await hashtags.publicBetween(key, key + LAST, { limit, offset });
    const followed =
      viewerId === undefined
        ? new Set<number>()
        : await hashtags.followedAmong(
            viewerId,
            found.map(({ id }) => id),
          );
    return found.map((hashtag) => ({ hashtag, isFollowed: followed.has(hashtag.id) }));
  }

  /**
   * Tweets that have all these words, newest first. `"…"` finds words that stand together, `-word`
   * leaves out, `from:name` names the author.
   *
   * @throws {DomainError} `text_invalid`, `search_too_long`
   */
  async tweets(search: TweetsSearch): Promise<TweetView[]> {
    const { below = Number.MAX_SAFE_INTEGER, above = 0, offset = 0, viewerId } = search;
    const query = tweetQuery(search.text);
    const authors = await this.#authors(query.from, search);
    if (isVague(query) || authors.length > 1 || authors.includes(undefined)) return [];
    if (offset > SEARCH_OFFSET_MAX) return [];
    const wanted = offset + Math.min(search.limit, SEARCH_PAGE_MAX);
    const found: TweetView[] = [];
    const where = { query, authorId: authors[0], span: { below, above } };
    for await (const ids of findTweets(this.#deps, where)) {
      for (let from = 0; from < ids.length && found.length < wanted; from += LOOKED_AT) {
        found.push(...(await this.#findable(ids.slice(from, from + LOOKED_AT), viewerId)));
      }
      if (found.length >= wanted) break;
    }
    return pageOf(found, search);
  }

  /** Whose tweets are wanted, each once; undefined stands for nobody. */
  async #authors(
    names: readonly string[],
    { authorId, viewerId }: TweetsSearch,
  ): Promise<(number | undefined)[]> {
    const ids = names.map(async (name) =>
      name.toLowerCase() === 'me' && viewerId !== undefined
        ? viewerId
        : (await this.#deps.users.findByUsernameKey(foldKey(name)))?.id,
    );
    return [
      ...new Set([...(authorId === undefined ? [] : [authorId]), ...(await Promise.all(ids))]),
    ];
  }

  /** Those of these tweets that the viewer comes across. */
  async #findable(ids: readonly number[], viewerId: ViewerId): Promise<TweetView[]> {
    const { tweetViews, relations, now } = this.#deps;
    const views = await tweetViews.load(ids, viewerId);
    const authorIds = views.map(({ tweet }) => tweet.user_id);
    const known =
      viewerId === undefined ? undefined : await relations.find(viewerId, authorIds, now());
    return views.filter(({ tweet, mentions }) =>
      mayFind(tweet, {
        viewerId,
        toAuthor: known?.get(tweet.user_id),
        isMentioned: mentions.some(({ userId }) => userId === viewerId),
      }),
    );
  }
}

function pageOf<T>(all: readonly T[], { limit, offset = 0 }: Search): T[] {
  if (offset > SEARCH_OFFSET_MAX) return [];
  return all.slice(offset, offset + Math.min(limit, SEARCH_PAGE_MAX));
}
