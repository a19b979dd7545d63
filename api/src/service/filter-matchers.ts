/** Which tweets a person's filters concern. */
import { LRUCache } from 'lru-cache';
import type { Filter, FilterDao } from '../model/filters.ts';
import { FILTER_CACHE } from './limits.ts';
import type { Clock, MaybePromise } from './ports.ts';

/** Where somebody may meet a tweet. */
export const FILTER_CONTEXTS = ['home', 'notifications', 'public', 'thread', 'account'] as const;
export type FilterContext = (typeof FILTER_CONTEXTS)[number];

/** What filters look at. */
export interface FilterableTweet {
  readonly id: number;
  readonly tweet: string;
  readonly spoiler_text: string;
}

/** A filter, and why it concerns a tweet. */
export interface FilterMatch {
  readonly filter: Filter;
  /** What matches the words of the filter, as it stands in the tweet, each once. */
  readonly words: readonly string[];
  /** The tweet's id, where the filter names it. */
  readonly tweetIds: readonly number[];
}

interface CompiledFilter {
  readonly filter: Filter;
  /** Finds all the words; undefined when there are none. */
  readonly pattern: RegExp | undefined;
  readonly tweetIds: ReadonlySet<number>;
}

/** All filters of one person, or those for one context. */
export class FilterMatcher {
  readonly #filters: readonly CompiledFilter[];
  readonly #now: Clock;

  constructor(filters: readonly CompiledFilter[], now: Clock) {
    this.#filters = filters;
    this.#now = now;
  }

  /** Whether nothing is filtered at all: most people have no filter. */
  get isEmpty(): boolean {
    return this.#filters.length === 0;
  }

  /** The same, for one context alone. */
  within(context: FilterContext): FilterMatcher {
    const isWithin = ({ filter }: CompiledFilter) => filter.contexts.split(' ').includes(context);
    return new FilterMatcher(this.#filters.filter(isWithin), this.#now);
  }

  /** @param descriptions of the tweet's pictures */
  match(tweet: FilterableTweet, descriptions: readonly string[]): readonly FilterMatch[] {
    if (this.isEmpty) return NONE;
    const now = this.#now();
    const text = [tweet.spoiler_text, tweet.tweet, ...descriptions].join('\n');
    return this.#filters.flatMap(({ filter, pattern, tweetIds }) => {
      if (filter.expires_at !== null && filter.expires_at <= now) return [];
      const isNamed = tweetIds.has(tweet.id);
      const words = (pattern && text.match(pattern)) ?? [];
      if (!isNamed && words.length === 0) return [];
      return { filter, words: [...new Set(words)], tweetIds: isNamed ? [tweet.id] : [] };
    });
  }
}

const NONE: readonly FilterMatch[] = [];
/** People whose filters are read in one statement. */
const READ_AT_ONCE = 500;

interface Dependencies {
  readonly filters: FilterDao;
  /** How long filters are believed, in milliseconds: other servers change them, too. */
  readonly believeMs: number;
  readonly now: Clock;
}

export class FilterMatchers {
  readonly #deps: Dependencies;
  readonly #known: LRUCache<number, { readonly matcher: FilterMatcher; readonly until: number }>;
  /** Goes up with each change: what was read before is not kept behind it. */
  #changes = 0;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#known = new LRUCache({ max: FILTER_CACHE });
  }

  /** Matches tweets with all filters of a person; it is there at once when he was here lately. */
  of(userId: number): MaybePromise<FilterMatcher> {
    return this.#recall(userId) ?? this.#loadOne(userId);
  }

  /** The same for many people at once. */
  async ofMany(userIds: readonly number[]): Promise<Map<number, FilterMatcher>> {
    const found = new Map<number, FilterMatcher>();
    const missing: number[] = [];
    for (const userId of userIds) {
      const known = this.#recall(userId);
      if (known) found.set(userId, known);
      else missing.push(userId);
    }
    for (let at = 0; at < missing.length; at += READ_AT_ONCE) {
      const loaded = await this.#load(missing.slice(at, at + READ_AT_ONCE));
      for (const [userId, matcher] of loaded) found.set(userId, matcher);
    }
    return found;
  }

  /** To be told when a person's filters have changed, or may have. */
  changed(userId: number): void {
    this.#changes += 1;
    this.#known.delete(userId);
  }

  /** To be told when anybody's may have changed. */
  everythingChanged(): void {
    this.#changes += 1;
    this.#known.clear();
  }

  #recall(userId: number): FilterMatcher | undefined {
    const known = this.#known.get(userId);
    return known && known.until > this.#deps.now() ? known.matcher : undefined;
  }

  async #loadOne(userId: number): Promise<FilterMatcher> {
    return (await this.#load([userId])).get(userId) as FilterMatcher;
  }

  async #load(userIds: readonly number[]): Promise<Map<number, FilterMatcher>> {
    const { filters, believeMs, now } = this.#deps;
    const [changes, until] = [this.#changes, now() + believeMs];
    const byUser = Map.groupBy(await filters.ofUsers(userIds), ({ user_id }) => user_id);
    const matchers = new Map<number, FilterMatcher>();
    for (const userId of userIds) {
      const matcher = new FilterMatcher((byUser.get(userId) ?? []).map(compiled), now);
      matchers.set(userId, matcher);
      if (changes === this.#changes) this.#known.set(userId, { matcher, until });
    }
    return matchers;
  }
}

function compiled(filter: Filter): CompiledFilter {
  return {
    filter,
    pattern: patternOf(filter.keywords),
    tweetIds: new Set(filter.tweets.map(({ tweet_id }) => tweet_id)),
  };
}

/** A character of a word, in any script. */
const LETTER = String.raw`[\p{L}\p{M}\p{N}_]`;
const STARTS_WITH_LETTER = new RegExp(`^${LETTER}`, 'u');
const ENDS_WITH_LETTER = new RegExp(`${LETTER}$`, 'u');

/**
 * One pattern for all words: a whole word has no letter before it or behind it; signs at its ends
 * need no such thing. Words with the same ends share them, since each such end is dear to compile.
 */
function patternOf(keywords: Filter['keywords']): RegExp | undefined {
  if (keywords.length === 0) return undefined;
  const parts = Map.groupBy(keywords, ({ keyword, is_whole_word }) => {
    const isWhole = is_whole_word === 1;
    const before = isWhole && STARTS_WITH_LETTER.test(keyword) ? `(?<!${LETTER})` : '';
    const behind = isWhole && ENDS_WITH_LETTER.test(keyword) ? `(?!${LETTER})` : '';
    return `${before}(?:WORDS)${behind}`;
  });
  const sources = [...parts].map(([ends, some]) =>
    ends.replace('WORDS', () => some.map(({ keyword }) => literal(keyword)).join('|')),
  );
  return new RegExp(sources.join('|'), 'giu');
}

const literal = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
