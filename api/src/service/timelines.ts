/** Who sees what on a timeline. How it is read is the affair of the `TimelineStore`. */
import { VISIBILITY } from '../model/schema.ts';
import type { TimelineTweet } from '../model/timelines.ts';
import { TIMELINE_PAGE } from './limits.ts';
import type { TimelineStore } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { UserService } from './users.ts';

/** Which page a reader asks for. */
export interface PageRequest {
  /** Tweets with smaller ids only. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

export interface TimelineAnswer {
  readonly tweets: readonly TimelineTweet[];
  /** The `before` of the next, older page; undefined at the end. */
  readonly next: number | undefined;
}

interface Dependencies {
  readonly timelines: TimelineStore;
  readonly users: UserService;
}

export class TimelineService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * What anybody may see of a user's timeline: his own tweets and those of the people he follows,
   * as far as they are for everyone.
   *
   * @throws {DomainError} `user_not_found`
   */
  async publicOf(userId: number, page: PageRequest): Promise<TimelineAnswer> {
    await this.#deps.users.find(userId);
    return this.#read(userId, VISIBILITY.unlisted, page);
  }

  /** The viewer's own timeline, with what only followers see and without direct messages. */
  async home(viewer: Viewer, page: PageRequest): Promise<TimelineAnswer> {
    return this.#read(viewer.userId, VISIBILITY.private, page);
  }

  async #read(
    userId: number,
    widest: number,
    { before, limit = TIMELINE_PAGE }: PageRequest,
  ): Promise<TimelineAnswer> {
    // One more than asked for tells whether there is an older page.
    const tweets = await this.#deps.timelines.read(userId, { before, limit: limit + 1, widest });
    const page = tweets.slice(0, limit);
    return { tweets: page, next: tweets.length > limit ? page.at(-1)?.id : undefined };
  }
}
