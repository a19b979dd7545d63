/** What the services need of the outside world; `adapter/` has the implementations. */
import type { QueueLoad } from '../model/load.ts';
import type { Lens } from '../model/lenses.ts';
import type { FeedEntries, FeedEntry, FeedPart } from '../model/timeline-entries.ts';
import type { TimelineEntry, TimelinePage } from '../model/timelines.ts';

export type { FeedEntries, FeedEntry, FeedPart, Lens, QueueLoad, TimelineEntry, TimelinePage };

/** Something that is there, or will be. */
export type MaybePromise<T> = T | Promise<T>;

/** A clock in epoch milliseconds. */
export type Clock = () => number;

/** A log; `details` go to the operator, never to a client. */
export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** Lets tasks run a few at a time. */
export interface Turns {
  /**
   * Runs `task` in its turn.
   *
   * @throws {TryLaterError} `busy` when too many wait for theirs
   */
  run<T>(task: () => Promise<T>): Promise<T>;
}

/** Keeps files by key. Keys are made by the server and are safe as file names. */
export interface ObjectStore {
  /** The store's name in the database: an object is known as `<name>:<key>`. */
  readonly name: 'disk' | 's3';
  /** Stores all of `bytes`, or nothing. */
  put(key: string, bytes: Uint8Array, contentType: string): Promise<void>;
  /** @returns undefined when there is no such object */
  get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined>;
  /** Nothing happens when there is no such object. */
  delete(key: string): Promise<void>;
  /** An absolute address where browsers can fetch the object themselves, if the store has one. */
  address(key: string): Promise<string | undefined>;
}

/** A backup that was taken. */
export interface TakenBackup {
  readonly file: string;
  /** Stored objects that rows refer to and that were not there. */
  readonly lost: number;
}

export interface BackupTaker {
  /**
   * Takes a backup of everything, and deletes those that are too old.
   *
   * @throws {Error} when it cannot, or after `signal`; then there is no new one
   */
  take(signal: AbortSignal): Promise<TakenBackup>;
}

/** A picture made safe to show: decoded, turned upright, shrunk and encoded anew. */
export interface SafePicture {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The file name's ending, without the dot. */
  readonly extension: string;
}

/** The same, and how large it is: of an animation, one of its pictures. */
export interface SizedPicture extends SafePicture {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** A picture for a tweet, made safe to show; animations move. */
export interface SafeMedia {
  readonly picture: SizedPicture;
  /** The same, small. */
  readonly preview: SizedPicture;
  /** What to show until it has come: https://blurha.sh */
  readonly blurhash: string;
}

export interface PictureProcessor {
  /**
   * Makes a picture of somebody.
   *
   * @param side the longer one's greatest length, in pixels
   * @throws {DomainError} `picture_unsupported`, `picture_broken`, `picture_too_many_pixels`
   */
  makeSafe(upload: Uint8Array, side: number): Promise<SafePicture>;
  /** @throws {DomainError} `media_unsupported`, `picture_broken`, `picture_too_many_pixels` */
  makeMedia(upload: Uint8Array): Promise<SafeMedia>;
}

export interface Count {
  readonly count: number;
  /** Milliseconds until it is forgotten. */
  readonly leftMs: number;
}

/** Counts that are forgotten after a while. */
export interface CounterStore {
  /** Adds one; a key that is new, or was forgotten, starts at one and lives for `ttlMs`. */
  increment(key: string, ttlMs: number): Promise<Count>;
  get(key: string): Promise<Count | undefined>;
  delete(key: string): Promise<void>;
}

/** A tweet or a reblog that has just been stored. */
export interface StoredTweet extends TimelineEntry {
  /** Set for reblogs. */
  readonly reblog_of_id?: number | null;
  readonly hashtagIds?: readonly number[];
}

/**
 * Answers what stands on a timeline; how it keeps that is its own affair. Whoever changes something
 * that timelines are made of tells it so once that is stored, and also when he cannot know whether
 * it was: a change told in vain does no harm.
 */
export interface TimelineStore {
  /**
   * The ids of the tweets of `userId` and of those he follows, newest first: originals only, each
   * once, of users in good standing.
   *
   * @returns undefined when there is no such user
   */
  read(userId: number, page: TimelinePage): MaybePromise<readonly number[] | undefined>;
  /**
   * How somebody looks at timelines.
   *
   * @param now epoch milliseconds
   * @returns undefined when there is no such user
   */
  lensOf(viewerId: number, now: number): MaybePromise<Lens | undefined>;
  /**
   * What the home timeline with reblogs and hashtags is made of: tweets and reblogs of the viewer and
   * of those he follows, and public tweets with hashtags that he follows. Some of it is not to be
   * shown, which is for the caller to see. When a part is given again, nothing in it has changed, nor
   * has the lens.
   *
   * @param lens from `lensOf`
   */
  homeEntries(lens: Lens, part: FeedPart): MaybePromise<FeedEntries>;
  tweetAdded(tweet: StoredTweet): void;
  /** A tweet has these hashtags now. */
  tweetEdited(id: number, hashtagIds: readonly number[]): void;
  tweetRemoved(id: number, userId: number): void;
  /**
   * Somebody follows other people or hashtags than before, wants to see other reblogs, mutes or blocks
   * others, is blocked by others, or has changed his exclusive lists.
   */
  followsChanged(userId: number): void;
  /** Somebody's state has changed, he is gone, or it is not known what became of his tweets. */
  userChanged(userId: number): void;
  /** Somebody has been deleted: nothing of his is to be kept. */
  userGone(userId: number): void;
  /** Anything may have changed. */
  everythingChanged(): void;
  /** How it does; undefined where nothing is kept. */
  readonly stats: TimelineStats | undefined;
}

/** Carries short messages among all servers of one database. It may be out of order at any moment. */
export interface EventBus {
  /** Tells all servers, as far as they can be reached now; nobody waits for it. */
  send(message: string): void;
  /** Hears what is sent, by this server too. @returns ends it */
  receive(listener: (message: string) => void): () => void;
}

/** Counts since the start, and memory in use. */
export interface TimelineStats {
  /** Reads answered from memory. */
  readonly hits: number;
  /** Reads that needed the database. */
  readonly misses: number;
  readonly bytes: number;
}

/** A mail as people read it: text alone. */
export interface Mail {
  /** One address. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly language: 'en' | 'ko';
}

export interface Mailer {
  /**
   * Hands a mail over; the promise is fulfilled when the mail server has taken it.
   *
   * @throws {MailRefused} when it would be refused however often it were tried
   * @throws {Error} when another try may do
   */
  send(mail: Mail): Promise<void>;
  close(): void;
}

/** A row of the course's `users`, as it stands there. Times are epoch milliseconds. */
export interface CourseUser {
  readonly id: number;
  readonly name: string | null;
  readonly email: string | null;
  readonly hashed_password: string | null;
  readonly profile: string | null;
  readonly profile_picture: string | null;
  readonly created_at: number | null;
  readonly updated_at: number | null;
}

/** A row of the course's `users_follow_list`. */
export interface CourseFollow {
  readonly user_id: number;
  readonly follow_user_id: number;
  readonly created_at: number | null;
}

/** A row of the course's `tweets`. */
export interface CourseTweet {
  /** Null where the table has no such column. */
  readonly id: number | null;
  readonly user_id: number;
  readonly tweet: string | null;
  readonly created_at: number | null;
}

/** A database of the course, all of it as it was at one moment. Rows come a few hundred at a time. */
export interface CourseDatabase {
  /** About how many rows there are. */
  count(table: 'users' | 'users_follow_list' | 'tweets'): Promise<number>;
  /** In the order of their ids. */
  users(): AsyncIterable<readonly CourseUser[]>;
  follows(): AsyncIterable<readonly CourseFollow[]>;
  /** In the order of their ids; without ids, equal rows come one after the other. */
  tweets(): AsyncIterable<readonly CourseTweet[]>;
  close(): Promise<void>;
}

/** Keeps bytes by id as long as there is room; may forget any of them when others are put in. */
export interface BytesById {
  /** A handle for `length` and `copy`, good until the next `put`; -1 when there is nothing. */
  find(id: number): number;
  /** Bytes. */
  length(handle: number): number;
  /** Copies to `target` from the position `at` on. @returns how many bytes that were */
  copy(handle: number, target: Buffer, at: number): number;
  put(id: number, bytes: Uint8Array): void;
  delete(id: number): void;
}
