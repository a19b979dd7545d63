/** Parts of one person's home timeline as they were last read: mostly, nothing has happened since. */
import type { ChangeTable } from '../../../change-table.ts';
import type { FeedEntries, FeedPart, Lens } from '../../../service/ports.ts';
import { areSameIds } from '../../../same-ids.ts';

/** What a part is made of. */
export interface PartIds extends Pick<FeedEntries, 'next'> {
  /** Of all its entries, also those that are not to be seen. */
  readonly ids: readonly number[];
}

interface KnownPart {
  readonly from: number;
  readonly isUpward: boolean;
  readonly ids: PartIds['ids'];
  readonly found: FeedEntries;
  /** Since when, as the table of changes counts, its entries are as they were. */
  readonly since: number;
}

/** The newest part, and what is looked at behind it. */
const MOST_PARTS = 2;
/** What changes; entries are of one kind. */
export const ENTRY = 0;

/** A lens that remembers what was seen through it: when it goes, so does that. */
export class KnownLens implements Lens {
  readonly viewerId: number;
  readonly follows: Lens['follows'];
  readonly hidden: Lens['hidden'];
  readonly exclusive: Lens['exclusive'];
  readonly hashtagIds: Lens['hashtagIds'];
  readonly goodUntil: number;
  #parts: readonly KnownPart[] = [];

  constructor({ viewerId, follows, hidden, exclusive, hashtagIds, goodUntil }: Lens) {
    this.viewerId = viewerId;
    this.follows = follows;
    this.hidden = hidden;
    this.exclusive = exclusive;
    this.hashtagIds = hashtagIds;
    this.goodUntil = goodUntil;
  }

  /**
   * A part that is what it was.
   *
   * @param now what it is made of now
   * @param changes of entries
   */
  find(part: FeedPart, now: PartIds, changes: ChangeTable): FeedEntries | undefined {
    for (const known of this.#parts) {
      if (known.from !== part.from || known.isUpward !== part.isUpward) continue;
      const { ids, found, since } = known;
      const isSame = found.next === now.next && areSameIds(ids, now.ids);
      return isSame && !changes.hasChanged(ENTRY, ids, since) ? found : undefined;
    }
    return undefined;
  }

  /** Keeps what was found just now, in place of what was kept before. */
  keep(
    { from, isUpward }: FeedPart,
    ids: readonly number[],
    found: FeedEntries,
    { now: since }: ChangeTable,
  ): void {
    const others = this.#parts.filter((part) => part.from !== from || part.isUpward !== isUpward);
    this.#parts = [{ from, isUpward, ids, found, since }, ...others.slice(0, MOST_PARTS - 1)];
  }
}
