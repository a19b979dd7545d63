/** Filters: what a person does not want to read, by words or tweet by tweet. */
import { ForeignKeyViolation, type Store, type Tx } from '../model/database.ts';
import type {
  Filter,
  FilterAction,
  FilterDao,
  FilterFields,
  FilterKeyword,
  FilterTweet,
  KeywordFields,
} from '../model/filters.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import type { FilterContext, FilterMatchers } from './filter-matchers.ts';
import type { IdempotencyService } from './idempotency.ts';
import { FILTER_KEYWORDS_MAX, FILTER_TWEETS_MAX, FILTER_WORDS_MAX, FILTERS_MAX } from './limits.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import { filterKeywordText, filterTitleText } from './text.ts';
import type { TweetViews } from './tweet-views.ts';

export type { Filter, FilterAction, FilterKeyword, FilterTweet };

/** A word of a filter; what is left out stays, or is as usual. */
export interface KeywordDraft {
  readonly keyword?: string | undefined;
  /** Usually no. */
  readonly isWholeWord?: boolean | undefined;
}

/** A change to the words of a filter: a new one, or one that has an id. */
export interface KeywordChange extends KeywordDraft {
  readonly id?: number | undefined;
  readonly isGone?: boolean | undefined;
}

/** What somebody says of a filter; what is left out stays, or is as usual. */
export interface FilterDraft {
  readonly title?: string | undefined;
  readonly contexts?: readonly FilterContext[] | undefined;
  /** Usually `warn`. */
  readonly action?: FilterAction | undefined;
  /** How long it is to hold; 0 for good, as usual. */
  readonly seconds?: number | undefined;
  readonly keywords?: readonly KeywordChange[] | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly filters: FilterDao;
  readonly users: UserDao;
  readonly filterMatchers: FilterMatchers;
  readonly tweetViews: TweetViews;
  readonly idempotency: IdempotencyService;
  readonly events: Events;
  readonly now: Clock;
}

/** All that take an id of a filter, or of a part of one, throw `filter_not_found` for others'. */
export class FilterService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  async all({ userId }: Viewer): Promise<Filter[]> {
    return this.#deps.filters.ofUser(userId);
  }

  async one(viewer: Viewer, id: number): Promise<Filter> {
    return filterIn(await this.all(viewer), id);
  }

  /**
   * @throws {DomainError} `filter_title_invalid`, `filter_keyword_invalid`, `filter_contexts_missing`,
   *   `text_invalid`, `filters_too_many`, `filter_full`, `idempotency_key_reused`
   */
  async create(viewer: Viewer, draft: FilterDraft, idempotencyKey?: string): Promise<Filter> {
    const { filters, idempotency, now } = this.#deps;
    const { title = '', contexts = [], action = 'warn', keywords = [], seconds = 0 } = draft;
    const fields = this.#fieldsOf({ title, contexts, action, seconds });
    const words = keywords.map(keywordOf);
    if (words.length > FILTER_KEYWORDS_MAX) throw new DomainError('filter_full');
    const scope = `filter ${viewer.userId}`;
    const id = await this.#change(viewer, (tx, known) =>
      idempotency.once(tx, { key: idempotencyKey, scope, request: draft }, async () => {
        if (known.length >= FILTERS_MAX) throw new DomainError('filters_too_many');
        const filterId = await filters.insert(tx, viewer.userId, fields as FilterFields, now());
        for (const word of words) await filters.insertKeyword(tx, filterId, word);
        return filterId;
      }),
    );
    return this.one(viewer, id);
  }

  /** @throws {DomainError} as {@link create} */
  async update(viewer: Viewer, id: number, draft: FilterDraft): Promise<Filter> {
    const { filters } = this.#deps;
    const fields = this.#fieldsOf(draft);
    const { keywords = [] } = draft;
    await this.#change(viewer, async (tx, known) => {
      const filter = filterIn(known, id);
      await filters.update(tx, id, fields);
      for (const change of keywords) await this.#changeKeyword(tx, filter, change);
      const added = keywords.filter((change) => change.id === undefined).length;
      const gone = keywords.filter(({ isGone }) => isGone).length;
      if (filter.keywords.length + added - gone > FILTER_KEYWORDS_MAX) {
        throw new DomainError('filter_full');
      }
    });
    return this.one(viewer, id);
  }

  async delete(viewer: Viewer, id: number): Promise<void> {
    await this.#change(viewer, async (tx, known) => {
      await this.#deps.filters.delete(tx, filterIn(known, id).id);
    });
  }

  async keyword(viewer: Viewer, id: number): Promise<FilterKeyword> {
    return keywordIn(await this.all(viewer), id);
  }

  /** @throws {DomainError} `filter_keyword_invalid`, `text_invalid`, `filter_full` */
  async addKeyword(
    viewer: Viewer,
    filterId: number,
    draft: KeywordDraft,
    idempotencyKey?: string,
  ): Promise<FilterKeyword> {
    const { filters, idempotency } = this.#deps;
    const word = keywordOf(draft);
    const once = {
      key: idempotencyKey,
      scope: `keyword ${viewer.userId}`,
      request: [filterId, draft],
    };
    const id = await this.#change(viewer, async (tx, known) => {
      const { keywords } = filterIn(known, filterId);
      return idempotency.once(tx, once, async () => {
        if (keywords.length >= FILTER_KEYWORDS_MAX) throw new DomainError('filter_full');
        return filters.insertKeyword(tx, filterId, word);
      });
    });
    return this.keyword(viewer, id);
  }

  /** @throws {DomainError} `filter_keyword_invalid`, `text_invalid` */
  async updateKeyword(viewer: Viewer, id: number, draft: KeywordDraft): Promise<FilterKeyword> {
    const fields = keywordFields(draft);
    await this.#change(viewer, async (tx, known) => {
      await this.#deps.filters.updateKeyword(tx, keywordIn(known, id).id, fields);
    });
    return this.keyword(viewer, id);
  }

  async deleteKeyword(viewer: Viewer, id: number): Promise<void> {
    await this.#change(viewer, async (tx, known) => {
      await this.#deps.filters.deleteKeyword(tx, keywordIn(known, id).id);
    });
  }

  async tweet(viewer: Viewer, id: number): Promise<FilterTweet> {
    return tweetIn(await this.all(viewer), id);
  }

  /**
   * Filters one tweet. Twice is once.
   *
   * @throws {DomainError} `tweet_not_found`, `filter_full`
   */
  async addTweet(viewer: Viewer, filterId: number, tweetId: number): Promise<FilterTweet> {
    await this.#deps.tweetViews.one(tweetId, viewer.userId);
    await this.#change(viewer, async (tx, known) => {
      const { tweets } = filterIn(known, filterId);
      if (tweets.length >= FILTER_TWEETS_MAX) throw new DomainError('filter_full');
      await this.#deps.filters.insertTweet(tx, filterId, tweetId);
    });
    const { tweets } = await this.one(viewer, filterId);
    const added = tweets.find(({ tweet_id }) => tweet_id === tweetId);
    if (!added) throw new DomainError('tweet_not_found');
    return added;
  }

  async deleteTweet(viewer: Viewer, id: number): Promise<void> {
    await this.#change(viewer, async (tx, known) => {
      await this.#deps.filters.deleteTweet(tx, tweetIn(known, id).id);
    });
  }

  /** Runs a unit that changes the viewer's filters, one such unit at a time. */
  async #change<T>(
    { userId }: Viewer,
    unit: (tx: Tx, known: readonly Filter[]) => Promise<T>,
  ): Promise<T> {
    const { store, users, filters, filterMatchers, events } = this.#deps;
    try {
      return await store.write(async (tx) => {
        if (!(await users.lock(tx, userId))) throw new DomainError('token_invalid');
        const before = await filters.ofUser(userId, tx);
        const result = await unit(tx, before);
        const words = wordsIn(await filters.ofUser(userId, tx));
        // Whoever has more from earlier may still take some away.
        if (words > FILTER_WORDS_MAX && words > wordsIn(before))
          throw new DomainError('filter_full');
        return result;
      });
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('tweet_not_found') : error;
    } finally {
      // Also after a failure: what became of it may not be known.
      filterMatchers.changed(userId);
      events.publish({ kind: 'filters changed', userId });
    }
  }

  async #changeKeyword(tx: Tx, filter: Filter, change: KeywordChange): Promise<void> {
    const { filters } = this.#deps;
    if (change.id === undefined) {
      if (!change.isGone) await filters.insertKeyword(tx, filter.id, keywordOf(change));
      return;
    }
    const { id } = keywordIn([filter], change.id);
    if (change.isGone) await filters.deleteKeyword(tx, id);
    else await filters.updateKeyword(tx, id, keywordFields(change));
  }

  #fieldsOf({ title, contexts, action, seconds }: FilterDraft): Partial<FilterFields> {
    const endsAt = (after: number) => (after === 0 ? null : this.#deps.now() + after * 1000);
    return {
      ...(title === undefined ? {} : { title: filterTitleText(title) }),
      ...(contexts === undefined ? {} : { contexts: contextsText(contexts) }),
      ...(action === undefined ? {} : { action }),
      ...(seconds === undefined ? {} : { expires_at: endsAt(seconds) }),
    };
  }
}

function contextsText(contexts: readonly FilterContext[]): string {
  if (contexts.length === 0) throw new DomainError('filter_contexts_missing');
  return [...new Set(contexts)].join(' ');
}

function keywordOf({ keyword = '', isWholeWord = false }: KeywordDraft): KeywordFields {
  return { keyword: filterKeywordText(keyword), is_whole_word: isWholeWord ? 1 : 0 };
}

function keywordFields({ keyword, isWholeWord }: KeywordDraft): Partial<KeywordFields> {
  return {
    ...(keyword === undefined ? {} : { keyword: filterKeywordText(keyword) }),
    ...(isWholeWord === undefined ? {} : { is_whole_word: isWholeWord ? 1 : 0 }),
  };
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new DomainError('filter_not_found');
  return one;
}

const wordsIn = (filters: readonly Filter[]): number =>
  filters.reduce((sum, { keywords }) => sum + keywords.length, 0);

const filterIn = (filters: readonly Filter[], wanted: number): Filter =>
  found(filters.find(({ id }) => id === wanted));

const keywordIn = (filters: readonly Filter[], wanted: number): FilterKeyword =>
  found(filters.flatMap(({ keywords }) => keywords).find(({ id }) => id === wanted));

const tweetIn = (filters: readonly Filter[], wanted: number): FilterTweet =>
  found(filters.flatMap(({ tweets }) => tweets).find(({ id }) => id === wanted));
