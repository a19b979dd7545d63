/**
 * Finds tweets: the rarest term of a search leads to candidates, newest first; the others, and then
 * the texts themselves, decide.
 */
import { setImmediate as breath } from 'node:timers/promises';
import {
  authorTerm,
  type SearchableTweet,
  type SearchProgressDao,
} from '../model/search-progress.ts';
import type { SearchTermDao, Span } from '../model/search-terms.ts';
import type { TweetDao } from '../model/tweets.ts';
import { SEARCH_CANDIDATES, SEARCH_FRESH } from './limits.ts';
import { searchedText } from './search-index.ts';
import { isWanted, type TweetQuery } from './search-query.ts';

interface Dependencies {
  readonly searchTerms: SearchTermDao;
  readonly searchProgress: SearchProgressDao;
  readonly tweets: TweetDao;
}

/** What is searched for, and where. */
export interface TweetSearch {
  readonly query: TweetQuery;
  /** Who wrote it. */
  readonly authorId: number | undefined;
  readonly span: Span;
}

/** Ids read at once: few at first, most searches need no more. */
const FIRST_CHUNK = 50;
const LARGEST_CHUNK = 800;
/** So few candidates that their texts tell as fast as their terms. */
const FEW = 8;

/** Ids of the tweets that are wanted, whoever may see them: newest first, in portions. */
export async function* findTweets(
  deps: Dependencies,
  search: TweetSearch,
): AsyncGenerator<readonly number[]> {
  const { query, authorId } = search;
  const terms = authorId === undefined ? query.terms : [...query.terms, authorTerm(authorId)];
  // First what is not indexed: what is indexed in between is then found twice, not missed.
  let fresh = await freshTweets(deps, search);
  for await (const portion of candidates(deps.searchTerms, terms, search.span)) {
    const found = await wantedAmong(deps.tweets, portion.ids, search);
    const ids = merged([...fresh.filter((id) => id > portion.until), ...found]);
    fresh = fresh.filter((id) => id <= portion.until);
    if (ids.length > 0) yield ids;
    // Others are waiting for this thread.
    await breath();
  }
  if (fresh.length > 0) yield fresh;
}

async function freshTweets(
  { searchProgress }: Dependencies,
  { query, authorId, span }: TweetSearch,
): Promise<number[]> {
  const indexed = (await searchProgress.of('tweets above'))?.position ?? 0;
  const rows = await searchProgress.freshTweets(indexed, SEARCH_FRESH);
  return rows.filter((row) => isFound(row, query, authorId, span)).map(({ id }) => id);
}

async function wantedAmong(
  tweets: TweetDao,
  ids: readonly number[],
  { query, authorId, span }: TweetSearch,
): Promise<number[]> {
  const rows = await tweets.findMany(ids);
  return rows.filter((row) => isFound(row, query, authorId, span)).map(({ id }) => id);
}

function isFound(
  row: SearchableTweet,
  query: TweetQuery,
  authorId: number | undefined,
  { above, below }: Span,
): boolean {
  return (
    row.id > above &&
    row.id < below &&
    (authorId === undefined || row.user_id === authorId) &&
    isWanted(searchedText(row), query)
  );
}

/** Each once, newest first. */
const merged = (ids: readonly number[]): number[] => [...new Set(ids)].toSorted((a, b) => b - a);

/** Ids of indexed tweets that have all the terms; all newer than `until` have come. */
interface Portion {
  readonly ids: readonly number[];
  readonly until: number;
}

async function* candidates(
  index: SearchTermDao,
  terms: readonly string[],
  span: Span,
): AsyncGenerator<Portion> {
  const heads: Head[] = [];
  for (const term of terms) {
    heads.push({ term, ids: await index.tweetsOf(term, span, FIRST_CHUNK) });
  }
  const [rarest, ...others] = heads.toSorted(byRarity);
  if (!rarest) return;
  for await (const { ids, until } of tweetsOf(index, rarest, span)) {
    let left = ids;
    for (const { term } of others) if (left.length > FEW) left = await index.among(term, left);
    yield { ids: left, until };
  }
}

/** The tweets that a term leads to, more at a time the longer it takes. */
async function* tweetsOf(
  index: SearchTermDao,
  { term, ids: head }: Head,
  span: Span,
): AsyncGenerator<Portion> {
  let [ids, size, seen] = [head, FIRST_CHUNK, 0];
  while (ids.length > 0) {
    const isLast = ids.length < size;
    const until = isLast ? span.above : (ids.at(-1) as number);
    yield { ids, until: until - 1 };
    seen += ids.length;
    if (isLast || seen >= SEARCH_CANDIDATES) return;
    size = Math.min(2 * size, LARGEST_CHUNK);
    ids = await index.tweetsOf(term, { ...span, below: until }, size);
  }
}

/** The newest tweets that a term leads to. */
interface Head {
  readonly term: string;
  readonly ids: readonly number[];
}

/** Fewer tweets, or as many over a longer time. */
function byRarity(a: Head, b: Head): number {
  return a.ids.length - b.ids.length || (a.ids.at(-1) ?? 0) - (b.ids.at(-1) ?? 0);
}
