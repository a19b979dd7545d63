/**
 * Tweets as clients get them, with everything that stands around them, as bytes that lie ready: a page
 * is put together from pieces, and only what belongs to the viewer is made for him. A tweet and its
 * author are kept apart, since the numbers beside an author's name change more often. The database
 * tells which of them it has touched (`Store.hearTouched`); what it has touched is forgotten.
 */
import type { TouchedRows } from '../model/touched-rows.ts';
import type { FilterMatchers } from './filter-matchers.ts';
import { KnownMarks } from './known-marks.ts';
import type { MaybePromise } from './ports.ts';
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';
import { Slabs } from './slabs.ts';
import {
  conversationOf,
  NO_MARKS,
  type OwnMarks,
  type TweetView,
  type TweetViews,
} from './tweet-views.ts';
import type { UserView, UserViews } from './user-views.ts';

/** A tweet, but for what it repeats, its author, and the marks of who looks at it. */
export interface TweetPieces {
  /** Up to what it repeats. */
  readonly head: string;
  /** From its author up to the marks. */
  readonly tail: string;
}

/** How a face writes things in JSON; addresses begin with `url`. */
export interface Writing {
  readonly tweet: (view: TweetView, url: string) => TweetPieces;
  readonly user: (view: UserView, url: string) => string;
  /** The rest of the tweet, for a viewer who filters nothing; the same for the same marks. */
  readonly marks: (marks: OwnMarks) => Buffer;
  /** What stands between what a tweet repeats and its author. */
  readonly beforeAuthor: string;
}

interface Dependencies {
  readonly tweetViews: TweetViews;
  readonly userViews: UserViews;
  readonly filterMatchers: FilterMatchers;
  readonly writing: Writing;
  /** How much memory all of it may take. */
  readonly bytes: number;
}

/** A page, and what it depends on besides its reader. */
export interface PageOfTweets {
  /** A JSON array. */
  readonly json: Buffer;
  readonly tweetIds: readonly number[];
  readonly userIds: readonly number[];
}

interface ReadyTweet extends Keepable {
  readonly id: number;
  readonly authorId: number;
  readonly reblogOfId: number | null;
  readonly conversation_id: number;
  /** Behind a comma: up to its author, or where it is a reblog, up to what it repeats. */
  readonly head: Buffer;
  /** From its author up to the marks. */
  readonly tail: Buffer;
  /** The same, with the marks of somebody who has done nothing with it. */
  readonly plainTail: Buffer;
}

interface ReadyUser extends Keepable {
  readonly id: number;
  readonly bytes: Buffer;
}

/** What an entry takes beside its bytes: objects, and the index. */
const ENTRY_BYTES = 600;
const MARKS_SHARE = 1 / 8;
const USERS_SHARE = 1 / 4;
const [OPEN, CLOSE] = ['[', ']'].map((sign) => sign.charCodeAt(0)) as [number, number];
/** After so many in a row the address is taken to be another. */
const MOST_STRANGERS = 1000;
const NOTHING: ReadonlyMap<number, ReadyTweet> = new Map();

export class ReadyTweets {
  readonly #deps: Dependencies;
  readonly #tweets: SecondChanceCache<number, ReadyTweet>;
  readonly #users: SecondChanceCache<number, ReadyUser>;
  readonly #marks: KnownMarks;
  readonly #slabs = new Slabs();
  readonly #beforeAuthor: Buffer;
  readonly #noMarks: Buffer;
  /** The server's address in all that is kept. */
  #url: string | undefined;
  /** Pages in a row that were asked for under another. */
  #strangers = 0;
  /** Goes up with each change: what was read before is not kept behind it. */
  #changes = 0;

  constructor(dependencies: Dependencies) {
    const { bytes, tweetViews, writing } = dependencies;
    this.#deps = dependencies;
    this.#beforeAuthor = Buffer.from(writing.beforeAuthor);
    this.#noMarks = writing.marks(NO_MARKS);
    this.#marks = new KnownMarks(tweetViews, bytes * MARKS_SHARE);
    this.#users = new SecondChanceCache({
      most: bytes * USERS_SHARE,
      sizeOf: (user) => user.bytes.length + ENTRY_BYTES,
    });
    this.#tweets = new SecondChanceCache({
      most: bytes * (1 - MARKS_SHARE - USERS_SHARE),
      sizeOf: ({ head, plainTail }) => head.length + plainTail.length + ENTRY_BYTES,
    });
  }

  /**
   * A JSON array of those of these tweets that are there, in this order. That the viewer may see them
   * is for the caller to know.
   *
   * @returns undefined where nothing can lie ready: for a viewer who filters, and under a second address
   */
  async page(
    ids: readonly number[],
    viewerId: number,
    url: string,
  ): Promise<PageOfTweets | undefined> {
    this.#settleOn(url);
    const filters = await this.#deps.filterMatchers.of(viewerId);
    if (url !== this.#url || !filters.isEmpty) return undefined;
    const tweets = await this.#tweetsOf(ids, url);
    const hasReblogs = tweets.some(({ reblogOfId }) => reblogOfId !== null);
    const page = hasReblogs ? await this.#withOriginals(tweets, url) : plainPage(tweets);
    const users = await this.#usersOf(page.authored, url);
    const marks = await this.#marks.of(viewerId, page.marked);
    return {
      json: this.#joined(this.#pieces({ ...page, users, marks })),
      tweetIds: hasReblogs ? [...ids, ...tweets.flatMap(({ reblogOfId: of }) => of ?? [])] : ids,
      userIds: page.authored.map(({ authorId }) => authorId),
    };
  }

  /** One address at a time: that of whoever came first, until nearly everybody comes by another. */
  #settleOn(url: string): void {
    if (url === this.#url) this.#strangers = 0;
    else this.#strangers += 1;
    if (this.#url !== undefined && this.#strangers < MOST_STRANGERS) return;
    this.forgetAll();
    this.#url = url;
  }

  /** To be told of what a commit has touched. */
  touched({ tweet, user, marks, filters }: TouchedRows): void {
    this.#changes += 1;
    for (const id of filters) this.#deps.filterMatchers.changed(id);
    for (const id of tweet) this.#tweets.delete(id);
    for (const id of user) this.#users.delete(id);
    this.#marks.changed(marks);
  }

  /** To be told when anything may have changed. */
  forgetAll(): void {
    this.#changes += 1;
    this.#tweets.clear();
    this.#users.clear();
    this.#marks.forgetAll();
    this.#url = undefined;
    this.#strangers = 0;
  }

  /** The page but for its brackets, and with a comma before each tweet. */
  #pieces({ shown, originals, users, marks }: PageParts): Buffer[] {
    const pieces: Buffer[] = [];
    for (let i = 0; i < shown.length; i += 1) {
      const tweet = shown[i] as ReadyTweet;
      const own = this.#deps.writing.marks(marks[i] as OwnMarks);
      const original = originals.get(tweet.reblogOfId ?? 0);
      const user = users[i] as ReadyUser;
      pieces.push(tweet.head);
      if (original) {
        const author = users.find(({ id }) => id === original.authorId) as ReadyUser;
        const bytes = [original.head.subarray(1), author.bytes, original.tail, own];
        pieces.push(...bytes, this.#beforeAuthor);
      }
      if (own === this.#noMarks) pieces.push(user.bytes, tweet.plainTail);
      else pieces.push(user.bytes, tweet.tail, own);
    }
    return pieces;
  }

  #joined(pieces: readonly Buffer[]): Buffer {
    let length = pieces.length === 0 ? 2 : 1;
    for (const piece of pieces) length += piece.length;
    const page = this.#slabs.allocate(length);
    let at = 0;
    for (const piece of pieces) {
      page.set(piece, at);
      at += piece.length;
    }
    // In place of the first comma.
    page[0] = OPEN;
    page[length - 1] = CLOSE;
    return page;
  }

  /** Those of these tweets that are there, ready. */
  #tweetsOf(ids: readonly number[], url: string): MaybePromise<ReadyTweet[]> {
    const known = ids.map((id) => this.#tweets.get(id));
    return isWhole(known) ? known : this.#loadTweets(ids, known, url);
  }

  /** A page with reblogs; those are left out of which the tweet that they repeat was deleted before them. */
  async #withOriginals(tweets: readonly ReadyTweet[], url: string): Promise<Page> {
    const ids = tweets.flatMap(({ reblogOfId }) => reblogOfId ?? []);
    const found = await this.#tweetsOf([...new Set(ids)], url);
    const originals = new Map(found.map((tweet) => [tweet.id, tweet]));
    const shown = tweets.filter(({ reblogOfId: of }) => of === null || originals.has(of));
    const marked = shown.map((tweet) => originals.get(tweet.reblogOfId ?? 0) ?? tweet);
    return { shown, originals, marked, authored: [...shown, ...found] };
  }

  /** The author of each of these tweets. */
  #usersOf(tweets: readonly ReadyTweet[], url: string): MaybePromise<ReadyUser[]> {
    const known = tweets.map(({ authorId }) => this.#users.get(authorId));
    return isWhole(known) ? known : this.#loadUsers(tweets, known, url);
  }

  async #loadTweets(
    ids: readonly number[],
    known: readonly (ReadyTweet | undefined)[],
    url: string,
  ): Promise<ReadyTweet[]> {
    const changes = this.#changes;
    const missing = ids.filter((_, i) => !known[i]);
    const loaded = new Map<number, ReadyTweet>();
    for (const view of await this.#deps.tweetViews.unchecked(missing)) {
      const tweet = this.#ready(view, url);
      loaded.set(tweet.id, tweet);
      if (this.#isAsAt(changes, url)) this.#tweets.set(tweet.id, tweet);
    }
    return ids.flatMap((id, i) => known[i] ?? loaded.get(id) ?? []);
  }

  async #loadUsers(
    tweets: readonly ReadyTweet[],
    known: readonly (ReadyUser | undefined)[],
    url: string,
  ): Promise<ReadyUser[]> {
    const changes = this.#changes;
    const missing = tweets.filter((_, i) => !known[i]).map(({ authorId }) => authorId);
    const loaded = new Map<number, ReadyUser>();
    for (const [id, view] of await this.#deps.userViews.load(missing)) {
      const bytes = Buffer.from(this.#deps.writing.user(view, url));
      const user = { id, bytes, wasAskedFor: false };
      loaded.set(id, user);
      if (this.#isAsAt(changes, url)) this.#users.set(id, user);
    }
    return tweets.map(({ authorId: id }, i) => known[i] ?? loaded.get(id) ?? nobody(id));
  }

  /** Whether nothing has changed since then: what was read before is not kept behind it. */
  #isAsAt(changes: number, url: string): boolean {
    return changes === this.#changes && url === this.#url;
  }

  #ready(view: TweetView, url: string): ReadyTweet {
    const { writing } = this.#deps;
    const { id, user_id: authorId, reblog_of_id: reblogOfId } = view.tweet;
    const { head, tail } = writing.tweet(view, url);
    const end = reblogOfId === null ? `null${writing.beforeAuthor}` : '';
    const plainTail = Buffer.concat([Buffer.from(tail), this.#noMarks]);
    return {
      id,
      authorId,
      reblogOfId,
      conversation_id: conversationOf(view.tweet),
      head: Buffer.from(`,${head}${end}`),
      tail: plainTail.subarray(0, plainTail.length - this.#noMarks.length),
      plainTail,
      wasAskedFor: false,
    };
  }
}

/** The tweets of a page. */
interface Page {
  readonly shown: readonly ReadyTweet[];
  /** Tweets that are repeated, by id. */
  readonly originals: ReadonlyMap<number, ReadyTweet>;
  /** For each of those shown, what it is that its reader may have marked. */
  readonly marked: readonly ReadyTweet[];
  /** Those whose authors are shown: those shown, and behind them the originals. */
  readonly authored: readonly ReadyTweet[];
}

/** A page without reblogs. */
const plainPage = (tweets: readonly ReadyTweet[]): Page => ({
  shown: tweets,
  originals: NOTHING,
  marked: tweets,
  authored: tweets,
});

/** What a page is put together from. */
interface PageParts extends Page {
  /** The authors of `authored`. */
  readonly users: readonly ReadyUser[];
  /** Of those shown. */
  readonly marks: readonly OwnMarks[];
}

const isWhole = <T>(list: readonly (T | undefined)[]): list is T[] => !list.includes(undefined);

/** In the place of somebody who was deleted while his tweets were looked at. */
const nobody = (id: number): ReadyUser => ({ id, bytes: Buffer.from('null'), wasAskedFor: false });
