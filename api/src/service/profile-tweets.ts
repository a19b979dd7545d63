/** The tweets on somebody's profile, as far as a viewer may see them. */
import type { HashtagDao } from '../model/hashtags.ts';
import type { Page } from '../model/pages.ts';
import type { ProfileSelection, ProfileTweetDao } from '../model/profile-tweets.ts';
import type { ReactionDao } from '../model/reactions.ts';
import type { RelationDao } from '../model/relations.ts';
import { VISIBILITY } from '../model/schema.ts';
import { PINS_MAX } from './limits.ts';
import type { PeopleService } from './people.ts';
import type { Clock } from './ports.ts';
import { foldKey } from './text.ts';
import type { ViewerId } from './visibility.ts';

interface Dependencies {
  readonly profileTweets: ProfileTweetDao;
  readonly hashtags: HashtagDao;
  readonly pins: ReactionDao;
  readonly relations: RelationDao;
  readonly people: PeopleService;
  readonly now: Clock;
}

/** Which tweets are wanted. */
export interface ProfileQuery {
  readonly isWithMedia: boolean;
  readonly excludesReplies: boolean;
  readonly excludesReblogs: boolean;
  /** A hashtag's name. */
  readonly hashtag?: string | undefined;
}

const NEWEST = { below: undefined, above: undefined, fromBelow: false } as const;

export class ProfileTweets {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * A page of the ids of a user's tweets. Reblogs of what the viewer may not see may be among them.
   *
   * @throws {DomainError} `user_not_found`
   */
  async page(
    userId: number,
    viewerId: ViewerId,
    { hashtag, ...query }: ProfileQuery,
    page: Page,
  ): Promise<number[]> {
    const audience = await this.#audience(userId, viewerId);
    if (!audience) return [];
    const hashtagId = hashtag === undefined ? undefined : await this.#idOf(hashtag);
    if (hashtag !== undefined && hashtagId === undefined) return [];
    return this.#deps.profileTweets.ids(userId, { ...query, ...audience, hashtagId }, page);
  }

  /**
   * The ids of the tweets that a user has pinned, what he pinned last first.
   *
   * @throws {DomainError} `user_not_found`
   */
  async pinned(userId: number): Promise<number[]> {
    await this.#deps.people.one(userId);
    const pins = await this.#deps.pins.ofUser(userId, { ...NEWEST, limit: PINS_MAX });
    return pins.map(({ tweet_id }) => tweet_id);
  }

  /** Undefined where the viewer may see nothing at all. */
  async #audience(
    userId: number,
    viewerId: ViewerId,
  ): Promise<Pick<ProfileSelection, 'widest' | 'mentioning'> | undefined> {
    const { people, relations, now } = this.#deps;
    const { user } = await people.one(userId);
    if (viewerId === userId) return { widest: VISIBILITY.direct };
    if (user.state !== 'active') return undefined;
    if (viewerId === undefined) return { widest: VISIBILITY.unlisted };
    const relation = (await relations.find(viewerId, [userId], now())).get(userId);
    if (relation?.isBlockedBy) return undefined;
    const widest = relation?.follows ? VISIBILITY.private : VISIBILITY.unlisted;
    return { widest, mentioning: viewerId };
  }

  async #idOf(hashtag: string): Promise<number | undefined> {
    const found = await this.#deps.hashtags.findByKey(foldKey(hashtag.replace(/^[#＃]/, '')));
    return found?.id;
  }
}
