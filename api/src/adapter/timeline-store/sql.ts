import type {
  FeedEntries,
  FeedPart,
  Lens,
  TimelinePage,
  TimelineStore,
} from '../../service/ports.ts';

/** The tables, read by index. */
export interface TimelineTables {
  /** Any page of any timeline, newest first; undefined when there is no such user. */
  read(userId: number, page: TimelinePage): Promise<readonly number[] | undefined>;
  /** How somebody looks at timelines; undefined when there is no such user. */
  lensOf(viewerId: number, now: number): Promise<Lens | undefined>;
  /** A part of what his home timeline with reblogs and hashtags is made of. */
  homeEntries(lens: Lens, part: FeedPart): Promise<FeedEntries>;
}

/** Timelines straight from the tables: no state of its own, so right with any number of servers. */
export class SqlTimelineStore implements TimelineStore {
  readonly #tables: TimelineTables;

  constructor(tables: TimelineTables) {
    this.#tables = tables;
  }

  read(userId: number, page: TimelinePage): Promise<readonly number[] | undefined> {
    return this.#tables.read(userId, page);
  }

  lensOf(viewerId: number, now: number): Promise<Lens | undefined> {
    return this.#tables.lensOf(viewerId, now);
  }

  homeEntries(lens: Lens, part: FeedPart): Promise<FeedEntries> {
    return this.#tables.homeEntries(lens, part);
  }

  readonly stats = undefined;

  tweetAdded(): void {}
  tweetEdited(): void {}
  tweetRemoved(): void {}
  followsChanged(): void {}
  userChanged(): void {}
  userGone(): void {}
  everythingChanged(): void {}
}
