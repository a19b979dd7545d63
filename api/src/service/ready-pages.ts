/** Pages of tweets as bytes; first pages as they were last sent, as long as nothing in them was touched. */
import { TOUCHED_KINDS, type TouchedKind, type TouchedRows } from '../model/touched-rows.ts';
import { ChangeTable } from '../change-table.ts';
import { type KeptPage, KeptPages } from './kept-pages.ts';
import type { MaybePromise } from './ports.ts';
import type { ReadyTweets } from './ready-tweets.ts';

/** A page ready to be sent. */
export interface ReadyPage {
  /** A JSON array. */
  readonly json: Buffer;
  /** For whoever sends it: what he has made of it, to be found again when it is sent again. */
  note?: unknown;
}

interface KeptReadyPage extends ReadyPage, KeptPage {
  /** The server's address in it. */
  readonly url: string;
  /** What it was made of. */
  readonly tweetIds: readonly number[];
  readonly userIds: readonly number[];
  /** Since when, as the table of changes counts, that is as it was. */
  readonly since: number;
}

interface Dependencies {
  readonly readyTweets: ReadyTweets;
  /** How much memory kept pages may take. */
  readonly bytes: number;
}

/** Who is to be shown a page, and how. */
export interface PageReader {
  readonly viewerId: number;
  /** The server's address as he knows it. */
  readonly url: string;
  /** Whether it is the newest page: it alone is kept. */
  readonly isFirst: boolean;
}

export class ReadyPages {
  readonly #readyTweets: ReadyTweets;
  readonly #kept: KeptPages<KeptReadyPage>;
  readonly #changes = new ChangeTable();

  constructor({ readyTweets, bytes }: Dependencies) {
    this.#readyTweets = readyTweets;
    this.#kept = new KeptPages(bytes);
  }

  /**
   * A JSON array of those of these tweets that are there, in this order; at once where the page is as it
   * was. That the viewer may see them is for the caller to know.
   *
   * @param ids those that stand on the viewer's home timeline at this moment
   * @returns undefined where nothing can lie ready, as `ReadyTweets.page` has it
   */
  page(ids: readonly number[], reader: PageReader): MaybePromise<ReadyPage | undefined> {
    const { viewerId, url, isFirst } = reader;
    const kept = isFirst ? this.#kept.find(viewerId, ids) : undefined;
    return kept?.url === url && this.#isAsItWas(kept, viewerId) ? kept : this.#make(ids, reader);
  }

  /** To be told of what a commit has touched. */
  touched(rows: TouchedRows): void {
    for (const kind of TOUCHED_KINDS) {
      for (const id of rows[kind]) this.#changes.changed(numberOf(kind), id);
    }
  }

  /** To be told when anything may have changed. */
  forgetAll(): void {
    this.#changes.everythingChanged();
    this.#kept.forgetAll();
  }

  #isAsItWas({ tweetIds, userIds, since }: KeptReadyPage, viewerId: number): boolean {
    const own = [viewerId];
    const changes = this.#changes;
    return (
      !changes.hasChanged(MARKS, own, since) &&
      !changes.hasChanged(FILTERS, own, since) &&
      !changes.hasChanged(TWEET, tweetIds, since) &&
      !changes.hasChanged(USER, userIds, since)
    );
  }

  async #make(
    ids: readonly number[],
    { viewerId, url, isFirst }: PageReader,
  ): Promise<ReadyPage | undefined> {
    const since = this.#changes.now;
    const page = await this.#readyTweets.page(ids, viewerId, url);
    if (page && isFirst) {
      const { json, tweetIds, userIds } = page;
      const own = { json, tweetIds, userIds, ids, url, since };
      this.#kept.keep(viewerId, { ...own, note: undefined, wasAskedFor: false });
    }
    return page;
  }
}

const numberOf = (kind: TouchedKind): number => TOUCHED_KINDS.indexOf(kind);
const [TWEET, USER, MARKS, FILTERS] = (['tweet', 'user', 'marks', 'filters'] as const).map(
  numberOf,
) as [number, number, number, number];
