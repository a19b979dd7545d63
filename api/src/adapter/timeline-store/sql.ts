import type { TimelinePage, TimelineStore } from '../../service/ports.ts';

/** The tables, read by index. */
export interface TimelineTables {
  /** Any page of any timeline, newest first; undefined when there is no such user. */
  read(userId: number, page: TimelinePage): Promise<readonly number[] | undefined>;
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

  readonly stats = undefined;

  tweetAdded(): void {}
  tweetRemoved(): void {}
  followsChanged(): void {}
  userChanged(): void {}
  everythingChanged(): void {}
}
