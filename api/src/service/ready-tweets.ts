/**
 * Tweets as clients get them, with everything that stands around them, as bytes that lie ready: a page
 * is put together from pieces, and only what belongs to the viewer is made for him. A tweet and its
 * author are kept apart, since the numbers beside an author's name change more often. The database
 * tells which of them it has touched (`Store.hearTouched`); what it has touched is forgotten.
 */
import type { TouchedRows } from '../model/touched-rows.ts';
import type { FilterMatchers } from './filter-matchers.ts';
import { KnownMarks } from './known-marks.ts';
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';
import { conversationOf, type OwnMarks, type TweetView, type TweetViews } from './tweet-views.ts';
import type { UserView, UserViews } from './user-views.ts';

/** A tweet as bytes, but for what it repeats, its author, and the marks of who looks at it. */
export interface TweetPieces {
  /** Up to what it repeats. */
  readonly head: Buffer;
  /** From its author up to the marks. */
  readonly tail: Buffer;
}

/** How a face writes things; addresses begin with `url`. */
export interface Writing {
  readonly tweet: (view: TweetView, url: string) => TweetPieces;
  readonly user: (view: UserView, url: string) => Buffer;
  /** The rest of the tweet, of a viewer who filters nothing. */
  readonly marks: (marks: OwnMarks) => Buffer;
  /** What stands in place of a tweet that is repeated where none is, and before the author. */
  readonly nothing: Buffer;
  readonly beforeAuthor: Buffer;
}

interface Dependencies {
  readonly tweetViews: TweetViews;
  readonly userViews: UserViews;
  readonly filterMatchers: FilterMatchers;
  readonly writing: Writing;
  /** How much memory all of it may take. */
  readonly bytes: number;
}

interface ReadyTweet extends TweetPieces, Keepable {
  readonly id: number;
  readonly authorId: number;
  readonly reblogOfId: number | null;
  readonly conversation_id: number;
}

interface ReadyUser extends Keepable {
  readonly bytes: Buffer;
}

/** What an entry takes beside its bytes: objects, and the index. */
const ENTRY_BYTES = 500;
const MARKS_SHARE = 1 / 8;
const USERS_SHARE = 1 / 4;
const [OPEN, COMMA, CLOSE] = ['[', ',', ']'].map((sign) => Buffer.from(sign)) as [
  Buffer,
  Buffer,
  Buffer,
];

export class ReadyTweets {
  readonly #deps: Dependencies;
  readonly #tweets: SecondChanceCache<number, ReadyTweet>;
  readonly #users: SecondChanceCache<number, ReadyUser>;
  readonly #marks: KnownMarks;
  /** The server's address in all that is kept. */
  #url: string | undefined;
  /** Goes up with each change: what was read before is not kept behind it. */
  #changes = 0;

  constructor(dependencies: Dependencies) {
    const { bytes, tweetViews } = dependencies;
    this.#deps = dependencies;
    this.#marks = new KnownMarks(tweetViews, bytes * MARKS_SHARE);
    this.#users = new SecondChanceCache({
      most: bytes * USERS_SHARE,
      sizeOf: (user) => user.bytes.length + ENTRY_BYTES,
    });
    this.#tweets = new SecondChanceCache({
      most: bytes * (1 - MARKS_SHARE - USERS_SHARE),
      sizeOf: ({ head, tail }) => head.length + tail.length + ENTRY_BYTES,
    });
  }

  /**
   * A JSON array of those of these tweets that are there, in this order. That the viewer may see them
   * is for the caller to know.
   *
   * @returns undefined where nothing can lie ready: for a viewer who filters, and under a second address
   */
  async page(ids: readonly number[], viewerId: number, url: string): Promise<Buffer | undefined> {
    this.#url ??= url;
    const filters = await this.#deps.filterMatchers.of(viewerId);
    if (url !== this.#url || !filters.isEmpty) return undefined;
    const tweets = await this.#tweetsOf(ids, url);
    const originals = await this.#tweetsOf(
      [...tweets.values()].flatMap(({ reblogOfId }) => reblogOfId ?? []),
      url,
    );
    // What it repeats is deleted first.
    const shown = ids
      .flatMap((id) => tweets.get(id) ?? [])
      .filter(({ reblogOfId }) => reblogOfId === null || originals.has(reblogOfId));
    const marked = shown.map((tweet) => originals.get(tweet.reblogOfId ?? 0) ?? tweet);
    const users = await this.#usersOf([...shown, ...originals.values()], url);
    const marks = await this.#marks.of(viewerId, marked);
    return this.#compose({ shown, originals, users, marks });
  }

  /** To be told of what a commit has touched. */
  touched({ tweet, user, marks }: TouchedRows): void {
    this.#changes += 1;
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
  }

  #compose({ shown, originals, users, marks }: Page): Buffer {
    const { writing } = this.#deps;
    const { nothing, beforeAuthor } = writing;
    const pieces: Buffer[] = [OPEN];
    const write = (tweet: ReadyTweet, own: OwnMarks) => {
      const original = originals.get(tweet.reblogOfId ?? 0);
      pieces.push(tweet.head);
      if (original) write(original, own);
      else pieces.push(nothing);
      const author = users.get(tweet.authorId)?.bytes ?? nothing;
      pieces.push(beforeAuthor, author, tweet.tail, writing.marks(own));
    };
    for (const [i, tweet] of shown.entries()) {
      if (i > 0) pieces.push(COMMA);
      write(tweet, marks[i] as OwnMarks);
    }
    pieces.push(CLOSE);
    return Buffer.concat(pieces);
  }

  /** Those of these tweets that are there, ready by now. */
  async #tweetsOf(ids: readonly number[], url: string): Promise<Map<number, ReadyTweet>> {
    const { tweetViews, writing } = this.#deps;
    const { found, missing } = findIn(this.#tweets, ids);
    if (missing.length === 0) return found;
    const changes = this.#changes;
    for (const view of await tweetViews.unchecked(missing)) {
      const { id, user_id: authorId, reblog_of_id: reblogOfId } = view.tweet;
      const conversation_id = conversationOf(view.tweet);
      const known = { id, authorId, reblogOfId, conversation_id, wasAskedFor: false };
      const tweet = { ...writing.tweet(view, url), ...known };
      found.set(id, tweet);
      if (changes === this.#changes) this.#tweets.set(id, tweet);
    }
    return found;
  }

  async #usersOf(tweets: readonly ReadyTweet[], url: string): Promise<Map<number, ReadyUser>> {
    const { userViews, writing } = this.#deps;
    const ids = tweets.map(({ authorId }) => authorId);
    const { found, missing } = findIn(this.#users, ids);
    if (missing.length === 0) return found;
    const changes = this.#changes;
    for (const [id, view] of await userViews.load(missing)) {
      const user = { bytes: writing.user(view, url), wasAskedFor: false };
      found.set(id, user);
      if (changes === this.#changes) this.#users.set(id, user);
    }
    return found;
  }
}

/** What a page is put together from. */
interface Page {
  readonly shown: readonly ReadyTweet[];
  /** Tweets that are repeated, by id. */
  readonly originals: ReadonlyMap<number, ReadyTweet>;
  readonly users: ReadonlyMap<number, ReadyUser>;
  /** Of those shown. */
  readonly marks: readonly OwnMarks[];
}

function findIn<V extends Keepable>(cache: SecondChanceCache<number, V>, ids: readonly number[]) {
  const found = new Map<number, V>();
  const missing: number[] = [];
  for (const id of ids) {
    const value = cache.get(id);
    if (value) found.set(id, value);
    else missing.push(id);
  }
  return { found, missing };
}
