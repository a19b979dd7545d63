/** Who sees what on a timeline. How it is read is the affair of the `TimelineStore`. */
import { VISIBILITY } from '../model/schema.ts';
import { DomainError } from './errors.ts';
import { TIMELINE_PAGE } from './limits.ts';
import type { TweetText } from '../model/tweets.ts';
import type { KeptPage, KeptPages } from './kept-pages.ts';
import type { MaybePromise, TimelineEntry, TimelineStore } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { Frame, TweetBodies } from './tweet-bodies.ts';

/** Which page a reader asks for. */
export interface PageRequest {
  /** Tweets with smaller ids only. */
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Which part of a timeline is wanted, between two tweets. */
export interface TimelineRange {
  readonly below: number | undefined;
  readonly above: number | undefined;
  /** The smallest ids above, not the largest below; they come newest first all the same. */
  readonly fromBelow: boolean;
  readonly limit: number;
}

export interface TimelineAnswer {
  /** A JSON array of the tweets, newest first, in the frame that was asked for. */
  readonly json: Buffer;
  /** The `before` of the next, older page; undefined at the end. */
  readonly next: number | undefined;
  /** For whoever sends it: what he has made of it, to be found again when it is sent again. */
  note?: unknown;
}

interface Dependencies {
  readonly timelines: TimelineStore;
  readonly bodies: TweetBodies;
  /** First pages ready to be sent again; only where tweets cannot change elsewhere. */
  readonly pages: KeptPages<KeptTimeline> | undefined;
}

/** The ids are those that were read: one more than it shows, where there is one. */
export interface KeptTimeline extends TimelineAnswer, KeptPage {
  readonly limit: number;
}

/** More than there are values of `VISIBILITY`. */
const AUDIENCES = 4;
/** How often a page is read anew because one of its tweets has been deleted meanwhile. */
const ATTEMPTS = 5;

export class TimelineService {
  readonly #deps: Dependencies;
  /** How many tweets have been edited: what was read before is not kept behind it. */
  #edits = 0;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** To be told once a tweet is stored. */
  tweetPosted(
    tweet: TweetText & TimelineEntry & { readonly reblog_of_id: number | null },
    hashtagIds: readonly number[] = [],
  ): void {
    if (tweet.reblog_of_id === null) this.#deps.bodies.added(tweet);
    this.#deps.timelines.tweetAdded({ ...tweet, hashtagIds });
  }

  /** To be told once a tweet says something else. */
  tweetEdited(tweet: TweetText, hashtagIds: readonly number[]): void {
    this.#forgetText(tweet.id);
    this.#deps.timelines.tweetEdited(tweet.id, hashtagIds);
  }

  /**
   * Stores a change of a tweet that is told of afterwards. When it fails, what became of it may not be
   * known, as with a connection that broke: then nothing that is kept of it is believed any more.
   *
   * @param userId whose timelines it is on: its author's, or that of whoever has repeated it
   * @throws what `write` throws
   */
  async inDoubt<T>(id: number, userId: number, write: () => Promise<T>): Promise<T> {
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof DomainError)) {
        this.#forgetText(id);
        this.#deps.timelines.userChanged(userId);
      }
      throw error;
    }
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

  /** To be told once somebody is deleted, and all of his tweets have been told of. */
  userGone(userId: number): void {
    this.#deps.timelines.userGone(userId);
  }

  /**
   * What anybody may see of a user's timeline: his own tweets and those of the people he follows,
   * as far as they are for everyone. It is there at once when all of it is in memory.
   *
   * @throws {DomainError} `user_not_found`
   */
  publicOf(userId: number, page: PageRequest, frame = NO_FRAME): MaybePromise<TimelineAnswer> {
    const whenNobody = 'user_not_found';
    return this.#read({ userId, widest: VISIBILITY.unlisted, page, frame, whenNobody });
  }

  /**
   * The viewer's own timeline, with what only followers see and without direct messages. It is
   * there at once when all of it is in memory.
   *
   * @throws {DomainError} `token_invalid` when the account has just been deleted
   */
  home({ userId }: Viewer, page: PageRequest, frame = NO_FRAME): MaybePromise<TimelineAnswer> {
    const whenNobody = 'token_invalid';
    return this.#read({ userId, widest: VISIBILITY.private, page, frame, whenNobody });
  }

  #forgetText(id: number): void {
    this.#edits += 1;
    this.#deps.bodies.removed(id);
    this.#deps.pages?.forgetAll();
  }

  #read(reading: Reading): MaybePromise<TimelineAnswer> {
    const ids = this.#idsFor(reading);
    const answer = ids && !(ids instanceof Promise) ? this.#ready(ids, reading) : undefined;
    return answer ?? this.#load(ids, reading);
  }

  #idsFor({ userId, widest, page: { before, limit = TIMELINE_PAGE } }: Reading) {
    // One more than asked for tells whether there is an older page.
    return this.#deps.timelines.read(userId, { before, limit: limit + 1, widest });
  }

  /** The answer, when every tweet is in memory. */
  #ready(ids: readonly number[], reading: Reading): TimelineAnswer | undefined {
    const { before, limit = TIMELINE_PAGE } = reading.page;
    const kept = before === undefined && this.#deps.pages?.find(keyOf(reading), ids);
    if (kept && kept.limit === limit) return kept;
    const answer = this.#compose(ids, reading);
    if (answer) this.#keep(answer, ids, reading);
    return answer;
  }

  /** Keeps a first page, to be sent again. */
  #keep({ json, next }: TimelineAnswer, ids: readonly number[], reading: Reading): void {
    const { before, limit = TIMELINE_PAGE } = reading.page;
    if (before !== undefined) return;
    const page = { json, next, ids, limit, note: undefined, wasAskedFor: false };
    this.#deps.pages?.keep(keyOf(reading), page);
  }

  #compose(ids: readonly number[], { page, frame }: Reading): TimelineAnswer | undefined {
    const { shown, next } = split(ids, page);
    const json = this.#deps.bodies.ready(shown, frame);
    return json && { json, next };
  }

  async #load(first: ReturnType<TimelineStore['read']>, reading: Reading): Promise<TimelineAnswer> {
    let ids = await first;
    for (let attempt = 1; ; attempt += 1) {
      if (!ids) throw new DomainError(reading.whenNobody);
      const { shown, next } = split(ids, reading.page);
      const edits = this.#edits;
      const { json, isWhole } = await this.#deps.bodies.load(shown, reading.frame);
      if (isWhole && edits === this.#edits) this.#keep({ json, next }, ids, reading);
      if (isWhole || attempt === ATTEMPTS) return { json, next };
      // Whoever has deleted one is about to tell; then the page has another in its place.
      await new Promise((resolve) => setImmediate(resolve));
      ids = await this.#idsFor(reading);
    }
  }
}

/** What is read, and for whom. */
interface Reading {
  readonly userId: number;
  /** The smallest audience that may be shown: a value of `VISIBILITY`. */
  readonly widest: number;
  readonly page: PageRequest;
  readonly frame: Frame;
  readonly whenNobody: 'user_not_found' | 'token_invalid';
}

const NO_FRAME: Frame = { start: '', end: '' };

/** Which timeline it is: one user's for one audience. */
function keyOf({ userId, widest }: Reading): number {
  return userId * AUDIENCES + widest;
}

/** The ids on the page, and where the next one begins. */
function split(ids: readonly number[], { limit = TIMELINE_PAGE }: PageRequest) {
  if (ids.length <= limit) return { shown: ids, next: undefined };
  return { shown: ids.slice(0, limit), next: ids[limit - 1] };
}
