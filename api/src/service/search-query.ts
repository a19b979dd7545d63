/** What people type into a search, taken apart. */
import { DomainError } from './errors.ts';
import { SEARCH_MAX, SEARCH_TERMS } from './limits.ts';
import { contains, foldForSearch, hasNoTerms, neededTerms } from './search-terms.ts';
import { codePoints, storableText } from './text.ts';

/** What tweets are wanted. */
export interface TweetQuery {
  /** Pieces that a tweet has, folded. */
  readonly wanted: readonly string[];
  /** And those that it has not. */
  readonly unwanted: readonly string[];
  /** User names, as they were typed: who wrote it. */
  readonly from: readonly string[];
  /** What to look up. Every tweet that is wanted has all of them. */
  readonly terms: readonly string[];
}

/** A word, or words between quotes; `-` before it for what is not wanted. */
const PIECE = /(?<minus>-?)(?:"(?<phrase>[^"]*)"?|(?<word>[^\s"]+))/gu;
const FROM = /^from:@?(?<name>[a-z0-9_]+)$/iu;
/** Punctuation around a word that nobody means. */
const AROUND = /^[.,;:!?()[\]{}'~。、「」『』]+|[.,;:!?()[\]{}'~。、「」『』]+$/gu;

/**
 * What was typed, ready to be searched for.
 *
 * @throws {DomainError} `text_invalid`, `search_too_long`
 */
export function searchText(text: string): string {
  if (text.length > 2 * SEARCH_MAX || codePoints(text.normalize('NFC')) > SEARCH_MAX) {
    throw new DomainError('search_too_long');
  }
  return storableText(text).trim();
}

/** @throws {DomainError} `text_invalid`, `search_too_long` */
export function tweetQuery(text: string): TweetQuery {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const from: string[] = [];
  for (const { groups = {} } of foldedQuotes(searchText(text)).matchAll(PIECE)) {
    const { minus, phrase, word = '' } = groups;
    const name = minus ? undefined : FROM.exec(word)?.groups?.['name'];
    if (name !== undefined) from.push(name);
    else (minus ? unwanted : wanted).push(...pieceOf(phrase, word));
  }
  const terms = new Set(wanted.flatMap((piece) => [...neededTerms(piece)]));
  return { wanted, unwanted, from, terms: [...terms].slice(0, SEARCH_TERMS) };
}

/** Signs alone mean nothing, unless they stand in quotes. */
function pieceOf(phrase: string | undefined, word: string): string[] {
  const piece = foldForSearch(phrase ?? word.replaceAll(AROUND, '')).trim();
  return piece === '' || (phrase === undefined && hasNoTerms(piece)) ? [] : [piece];
}

/** Whether there is nothing that a tweet could be found by. */
export const isVague = ({ terms, from }: TweetQuery): boolean =>
  terms.length === 0 && from.length === 0;

/** @param folded all of a tweet that is searched */
export function isWanted(folded: string, { wanted, unwanted }: TweetQuery): boolean {
  return (
    wanted.every((piece) => contains(folded, piece)) &&
    !unwanted.some((piece) => contains(folded, piece))
  );
}

/** What people are wanted: the beginnings of words that they are called, folded. */
export function nameQuery(text: string): string[] {
  const words = foldForSearch(searchText(text)).split(/[\s_]+/u);
  return [...new Set(words.map((word) => word.replaceAll(AROUND, '')))]
    .filter((word) => !hasNoTerms(word))
    .slice(0, SEARCH_TERMS);
}

/** Phones put in quotes of their own. */
const foldedQuotes = (text: string): string => text.replaceAll(/[“”„«»]/gu, '"');
