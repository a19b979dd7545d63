/** Who sees what on a timeline. How it is read is the affair of the `TimelineStore`. */
import { VISIBILITY } from '../model/schema.ts';
import { DomainError } from './errors.ts';
import { TIMELINE_PAGE } from './limits.ts';
import type { TweetText } from '../model/tweets.ts';
import type { TimelineEntry, TimelineStore } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { TweetBodies } from './tweet-bodies.ts';

/** Which page a reader asks for. */
export interface PageRequest {
  /** Tweets with smaller ids only. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export interface TimelineAnswer {
  /** A JSON array of the tweets, newest first, ready to send. */
  readonly tweets: Buffer;
  /** The `before` of the next, older page; undefined at the end. */
  readonly next: number | undefined;
}

interface Dependencies {
  readonly timelines: TimelineStore;
  readonly bodies: TweetBodies;
}

/** How often a page is read anew because one of its tweets has been deleted meanwhile. */
const ATTEMPTS = 5;

export class TimelineService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** To be told once a tweet is stored. */
  tweetPosted(tweet: TweetText & TimelineEntry): void {
    this.#deps.bodies.added(tweet);
    this.#deps.timelines.tweetAdded(tweet);
  }

  /** To be told once a tweet is deleted. */
  tweetDeleted(id: number, userId: number): void {
    this.#deps.timelines.tweetRemoved(id, userId);
    this.#deps.bodies.removed(id);
  }

  /** To be told when somebody follows others than before, or may do so. */
  followsChanged(userId: number): void {
    this.#deps.timelines.followsChanged(userId);
  }

  /** To be told when a user's state changes, he goes, or a tweet of his may have been stored. */
  userChanged(userId: number): void {
    this.#deps.timelines.userChanged(userId);
  }

  /**
   * What anybody may see of a user's timeline: his own tweets and those of the people he follows,
   * as far as they are for everyone.
   *
   * @throws {DomainError} `user_not_found`
   */
  async publicOf(userId: number, page: PageRequest): Promise<TimelineAnswer> {
    const answer = await this.#read(userId, VISIBILITY.unlisted, page);
    if (!answer) throw new DomainError('user_not_found');
    return answer;
  }

  /**
   * The viewer's own timeline, with what only followers see and without direct messages.
   *
   * @throws {DomainError} `token_invalid` when the account has just been deleted
   */
  async home(viewer: Viewer, page: PageRequest): Promise<TimelineAnswer> {
    const answer = await this.#read(viewer.userId, VISIBILITY.private, page);
    if (!answer) throw new DomainError('token_invalid');
    return answer;
  }

  async #read(
    userId: number,
    widest: number,
    { before, limit = TIMELINE_PAGE }: PageRequest,
  ): Promise<TimelineAnswer | undefined> {
    const { timelines, bodies } = this.#deps;
    for (let attempt = 1; ; attempt += 1) {
      // One more than asked for tells whether there is an older page.
      const ids = await timelines.read(userId, { before, limit: limit + 1, widest });
      if (!ids) return undefined;
      const shown = ids.length > limit ? ids.slice(0, limit) : ids;
      const next = ids.length > limit ? shown.at(-1) : undefined;
      const ready = bodies.ready(shown);
      if (ready) return { tweets: ready, next };
      const { json, isWhole } = await bodies.load(shown);
      if (isWhole || attempt === ATTEMPTS) return { tweets: json, next };
      // Whoever has deleted one is about to tell; then the page has another in its place.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}
