/**
 * What a text is found by. Texts are folded, then cut into terms: whole words where a script writes
 * spaces, and single characters and pairs of neighbours where it does not, or where, as in Korean,
 * endings stick to words. A pair is what most Korean words are made of.
 */
import { TERM_MAX, TERMS_PER_TEXT } from './limits.ts';

/** Letters of scripts that are found by any piece of them; flags, too, are pairs of characters. */
const DENSE = String.raw`[[[\p{scx=Hang}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Thai}\p{scx=Laoo}\p{scx=Khmr}\p{scx=Mymr}]&&[\p{L}\p{N}\p{M}]]\p{RI}]`;
/** What words of other scripts are made of. */
const LETTER = String.raw`[[\p{L}\p{N}\p{M}_]--${DENSE}]`;
const RUNS = new RegExp(
  `(?<dense>${DENSE}+)|(?<word>${LETTER}+)|(?<sign>\\p{Extended_Pictographic})`,
  'gv',
);
const ENDS_IN_WORD = new RegExp(`${LETTER}$`, 'v');
const BEGINS_WITH_WORD = new RegExp(`^${LETTER}`, 'v');

/** Hangul letters as they are typed alone: ㅋㅋ and ㅠㅠ stay what they are. */
const NOT_LONE_JAMO = /[^\u3131-\u318e]+/gu;
/** Accents of Latin, Greek and Cyrillic, and what is not seen. */
const DROPPED = /[\u0300-\u036f\p{Default_Ignorable_Code_Point}]/gu;
const PLAIN = /^[\x20-\x7e]*$/;

/**
 * A text as searches compare it: compatible forms, cases and accents made one, everything that is
 * white space one space.
 */
export function foldForSearch(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase().replaceAll(/ {2,}/g, ' ');
  return (
    text
      .replaceAll(NOT_LONE_JAMO, (part) => part.normalize('NFKD'))
      // The way over upper case makes one of ß, ẞ and ss.
      .toLowerCase()
      .toUpperCase()
      .toLowerCase()
      .replaceAll(DROPPED, '')
      .replaceAll('ς', 'σ')
      .replaceAll(/[‘’]/g, "'")
      .replaceAll(/[“”]/g, '"')
      .replaceAll(/\s+/gu, ' ')
      .normalize('NFC')
  );
}

/** The terms under which a folded text is kept, each once. */
export function termsOf(folded: string): Set<string> {
  const terms = new Set<string>();
  for (const { dense, word, sign } of runsOf(folded)) {
    if (word !== undefined) terms.add(cut(word));
    else if (sign !== undefined) terms.add(sign);
    else {
      for (const character of dense) terms.add(character);
      for (const pair of pairsOf(dense)) terms.add(pair);
    }
    if (terms.size >= TERMS_PER_TEXT) break;
  }
  return terms;
}

/** The terms that every text has which contains this one. */
export function neededTerms(folded: string): Set<string> {
  const terms = new Set<string>();
  for (const { dense, word, sign } of runsOf(folded)) {
    const pairs = dense === undefined ? [] : pairsOf(dense);
    for (const pair of pairs) terms.add(pair);
    if (pairs.length === 0) terms.add(cut(word ?? sign ?? (dense as string)));
  }
  return terms;
}

/** Whether a text has nothing by which it could be found. */
export const hasNoTerms = (folded: string): boolean => folded.search(RUNS) === -1;

/**
 * Whether a folded text contains another: words as whole words, other scripts anywhere.
 *
 * @param how `prefix`: the last word may go on
 */
export function contains(
  folded: string,
  wanted: string,
  how: 'whole' | 'prefix' = 'whole',
): boolean {
  const isOpenBefore = !BEGINS_WITH_WORD.test(wanted);
  const isOpenAfter = how === 'prefix' || !ENDS_IN_WORD.test(wanted);
  for (let at = folded.indexOf(wanted); at !== -1; at = folded.indexOf(wanted, at + 1)) {
    const end = at + wanted.length;
    if (
      (isOpenBefore || !ENDS_IN_WORD.test(folded.slice(Math.max(0, at - 2), at))) &&
      (isOpenAfter || !BEGINS_WITH_WORD.test(folded.slice(end, end + 2)))
    ) {
      return true;
    }
  }
  return false;
}

type Run =
  | { readonly dense: string; readonly word?: undefined; readonly sign?: undefined }
  | { readonly dense?: undefined; readonly word: string; readonly sign?: undefined }
  | { readonly dense?: undefined; readonly word?: undefined; readonly sign: string };

function* runsOf(folded: string): Generator<Run> {
  for (const { groups } of folded.matchAll(RUNS)) yield groups as unknown as Run;
}

function pairsOf(dense: string): string[] {
  const characters = Array.from(dense);
  return characters.slice(1).map((character, i) => `${characters[i]}${character}`);
}

/** Long words are told apart by the text itself. */
const cut = (word: string): string =>
  word.length <= TERM_MAX ? word : Array.from(word).slice(0, TERM_MAX).join('');
