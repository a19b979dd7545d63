/** What viewers have done with the tweets that they looked at last: most look at the same ones again. */
import type { MaybePromise } from './ports.ts';
import { type Keepable, SecondChanceCache } from './second-chance-cache.ts';
import type { Marked, OwnMarks, TweetViews } from './tweet-views.ts';

interface KnownPage extends Keepable {
  readonly ids: readonly number[];
  /** In the order of the ids. */
  readonly marks: readonly OwnMarks[];
}

/** About what one page takes, in bytes: two lists of some twenty, and what holds them. */
export const MARKS_BYTES = 600;

export class KnownMarks {
  readonly #tweetViews: TweetViews;
  readonly #pages: SecondChanceCache<number, KnownPage>;
  /** Goes up with each change: what was read before is not kept behind it. */
  #changes = 0;

  constructor(tweetViews: TweetViews, bytes: number) {
    this.#tweetViews = tweetViews;
    this.#pages = new SecondChanceCache({ most: Math.floor(bytes / MARKS_BYTES) });
  }

  /** The viewer's marks of these tweets, in this order. */
  of(viewerId: number, tweets: readonly Marked[]): MaybePromise<readonly OwnMarks[]> {
    const known = this.#pages.get(viewerId);
    const isKnown =
      known?.ids.length === tweets.length && tweets.every(({ id }, i) => known.ids[i] === id);
    return isKnown ? known.marks : this.#load(viewerId, tweets);
  }

  /** To be told when somebody's marks have changed, or may have. */
  changed(viewerIds: Iterable<number>): void {
    this.#changes += 1;
    for (const id of viewerIds) this.#pages.delete(id);
  }

  forgetAll(): void {
    this.#changes += 1;
    this.#pages.clear();
  }

  async #load(viewerId: number, tweets: readonly Marked[]): Promise<readonly OwnMarks[]> {
    const changes = this.#changes;
    const marksOf = await this.#tweetViews.marksOf(tweets, viewerId);
    const [ids, marks] = [tweets.map(({ id }) => id), tweets.map(marksOf)];
    if (changes === this.#changes) this.#pages.set(viewerId, { ids, marks, wasAskedFor: false });
    return marks;
  }
}
