/** What the services need of the outside world; `adapter/` has the implementations. */
import type { TimelinePage, TimelineTweet } from '../model/timelines.ts';

/** A clock in epoch milliseconds. */
export type Clock = () => number;

/** A log; `details` go to the operator, never to a client. */
export interface Log {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
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

/** A picture made safe to show: decoded, turned upright, shrunk and encoded anew. */
export interface SafePicture {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  /** The file name's ending, without the dot. */
  readonly extension: string;
}

export interface PictureProcessor {
  /**
   * @throws {DomainError} `picture_unsupported`, `picture_broken`, `picture_too_many_pixels`
   */
  makeSafe(upload: Uint8Array): Promise<SafePicture>;
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

/** Answers what stands on a timeline; how it keeps that is its own affair. */
export interface TimelineStore {
  /**
   * The tweets of `userId` and of those he follows, newest first: originals only, each once, of
   * users in good standing.
   */
  read(userId: number, page: TimelinePage): Promise<TimelineTweet[]>;
}
