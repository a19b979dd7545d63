/** The richer timelines: with reblogs, hashtags and answers, as their reader wants them. */
import type { HashtagDao } from '../model/hashtags.ts';
import type { ListDao } from '../model/lists.ts';
import type { TimelineEntryDao } from '../model/timeline-entries.ts';
import { pageOf } from './entry-walk.ts';
import { DomainError } from './errors.ts';
import { belongsAtHome, belongsInPublic, belongsOnList, NO_LENS } from './lenses.ts';
import { whenThere } from './maybe-promise.ts';
import type { Clock, FeedPart, Lens, MaybePromise, TimelineStore } from './ports.ts';
import type { Viewer } from './sessions.ts';
import { foldKey } from './text.ts';
import type { TimelineRange } from './timelines.ts';

interface Dependencies {
  readonly timelines: TimelineStore;
  readonly timelineEntries: TimelineEntryDao;
  readonly hashtags: HashtagDao;
  readonly lists: ListDao;
  readonly now: Clock;
}

/** Which tweets with hashtags are wanted; names without `#`, in any case. */
export interface HashtagChoice {
  /** One of these at least. */
  readonly any: readonly string[];
  readonly all: readonly string[];
  readonly none: readonly string[];
  readonly withMedia: boolean;
}

/** All give the ids of a page, newest first. */
export class FeedService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * The viewer's home timeline: see `belongsAtHome`. It is there at once when all of it is in memory.
   *
   * @throws {DomainError} `token_invalid` when the account has just been deleted
   */
  home(viewer: Viewer, range: TimelineRange): MaybePromise<readonly number[]> {
    const { timelines } = this.#deps;
    return whenThere(this.#lensOf(viewer), (lens) => {
      const read = (part: FeedPart) => timelines.homeEntries(lens, part);
      return pageOf({ read, belongs: belongsAtHome(lens) }, range);
    });
  }

  /** What everybody says to everybody: public tweets, without reblogs and answers to others. */
  async everybody(
    viewer: Viewer | undefined,
    choice: { readonly withMedia: boolean },
    range: TimelineRange,
  ): Promise<readonly number[]> {
    const belongs = belongsInPublic(await this.#lensOrNone(viewer));
    const { timelineEntries } = this.#deps;
    return pageOf({ read: (part) => timelineEntries.ofEverybody(choice, part), belongs }, range);
  }

  /** Public tweets with hashtags. */
  async hashtag(
    viewer: Viewer | undefined,
    choice: HashtagChoice,
    range: TimelineRange,
  ): Promise<readonly number[]> {
    const { timelineEntries } = this.#deps;
    const belongs = belongsInPublic(await this.#lensOrNone(viewer));
    const [any, all, none] = [
      await this.#hashtagIds(choice.any),
      await this.#hashtagIds(choice.all),
      await this.#hashtagIds(choice.none),
    ];
    // What nobody has ever written stands beside nothing.
    if (all.length < new Set(choice.all.map(foldKey)).size) return [];
    const feed = { any, all, none, withMedia: choice.withMedia };
    return pageOf({ read: (part) => timelineEntries.ofHashtags(feed, part), belongs }, range);
  }

  /**
   * What those on a list of the viewer's say and repeat.
   *
   * @throws {DomainError} `list_not_found`
   */
  async list(viewer: Viewer, listId: number, range: TimelineRange): Promise<readonly number[]> {
    const { lists, timelineEntries } = this.#deps;
    const list = await lists.find(viewer.userId, listId);
    if (!list) throw new DomainError('list_not_found');
    const lens = await this.#lensOf(viewer);
    const members = new Set(await lists.membersOf(list));
    const authors = [...members].filter((id) => !lens.hidden.has(id));
    const withoutReblogs = new Set(authors.filter((id) => lens.follows.get(id) !== true));
    const sources = { authors, withoutReblogs, hashtagIds: [] };
    const belongs = belongsOnList(lens, list.replies_policy, members);
    return pageOf({ read: (part) => timelineEntries.ofSources(sources, part), belongs }, range);
  }

  #lensOf({ userId }: Viewer): MaybePromise<Lens> {
    const { timelines, now } = this.#deps;
    return whenThere(timelines.lensOf(userId, now()), (lens) => {
      if (!lens) throw new DomainError('token_invalid');
      return lens;
    });
  }

  async #lensOrNone(viewer: Viewer | undefined): Promise<Lens> {
    return viewer ? this.#lensOf(viewer) : NO_LENS;
  }

  async #hashtagIds(names: readonly string[]): Promise<number[]> {
    return this.#deps.hashtags.idsOf([...new Set(names.map(foldKey))]);
  }
}
