/** The rules of text: what is stored, how it is counted and compared. */
import { countGraphemes } from 'unicode-segmenter/grapheme';
import { DomainError } from './errors.ts';
import {
  EMAIL_MAX,
  FILTER_KEYWORD_MAX,
  FILTER_TITLE_MAX,
  LANGUAGE_MAX,
  LIST_TITLE_MAX,
  NAME_MAX,
  PROFILE_MAX,
  TWEET_MAX,
  TWEET_MAX_CODE_POINTS,
  USER_NOTE_MAX,
} from './limits.ts';

/** White space, and characters that show nothing (zero-width ones, Hangul fillers, controls). */
const NOTHING = /^[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\u{2800}]*$/u;
/** Whether a text is empty, or might as well be. */
export const showsNothing = (text: string): boolean => NOTHING.test(text);

const CODE_POINTS = /[^]/gu;
/** The length of a text as databases and schemas count it. */
export const codePoints = (text: string): number => text.match(CODE_POINTS)?.length ?? 0;

/**
 * The form in which all text is stored: NFC.
 *
 * @throws {DomainError} `text_invalid` for a NUL or half a surrogate pair
 */
export function storableText(text: string): string {
  if (text.includes('\0') || !text.isWellFormed()) throw new DomainError('text_invalid');
  return text.normalize('NFC');
}

/**
 * Text folded for comparison, so that both engines agree on what is the same: NFKC, case-folded,
 * trimmed. The way over upper case makes one of ß, ẞ and ss, and of σ and ς.
 */
export function foldKey(text: string): string {
  const compatible = text.normalize('NFKC');
  const folded = compatible.toLowerCase().toUpperCase().toLowerCase();
  return folded.normalize('NFKC').trim();
}

/**
 * A tweet as it is stored.
 *
 * @throws {DomainError} `text_invalid`, `tweet_blank`, `tweet_too_complex`, `tweet_too_long`
 */
export function tweetText(text: string): string {
  const tweet = storableText(text);
  if (showsNothing(tweet)) throw new DomainError('tweet_blank');
  if (tweet.length > TWEET_MAX) {
    // Counted first: it bounds the work of the next line.
    if (codePoints(tweet) > TWEET_MAX_CODE_POINTS) throw tooManyCodePoints(tweet);
    if (countGraphemes(tweet) > TWEET_MAX) throw new DomainError('tweet_too_long');
  }
  return tweet;
}

/** Says the plain thing to people whose long tweet is over both limits. */
function tooManyCodePoints(tweet: string): DomainError {
  const start = tweet.slice(0, TWEET_MAX_CODE_POINTS);
  return new DomainError(
    countGraphemes(start) > TWEET_MAX ? 'tweet_too_long' : 'tweet_too_complex',
  );
}

/** @throws {DomainError} `text_invalid`, `name_invalid` */
export function nameText(text: string): string {
  const name = storableText(text).trim();
  if (showsNothing(name) || /\p{Cc}/u.test(name) || codePoints(name) > NAME_MAX) {
    throw new DomainError('name_invalid');
  }
  return name;
}

/** @throws {DomainError} `text_invalid`, `profile_too_long` */
export function profileText(text: string): string {
  const profile = storableText(text);
  if (codePoints(profile) > PROFILE_MAX) throw new DomainError('profile_too_long');
  return profile;
}

/** @throws {DomainError} `text_invalid`, `note_too_long` */
export function userNoteText(text: string): string {
  const note = storableText(text);
  if (codePoints(note) > USER_NOTE_MAX) throw new DomainError('note_too_long');
  return showsNothing(note) ? '' : note;
}

/** @throws {DomainError} `text_invalid`, `filter_title_invalid` */
export function filterTitleText(text: string): string {
  const title = storableText(text).trim();
  if (showsNothing(title) || codePoints(title) > FILTER_TITLE_MAX) {
    throw new DomainError('filter_title_invalid');
  }
  return title;
}

/** @throws {DomainError} `text_invalid`, `filter_keyword_invalid` */
export function filterKeywordText(text: string): string {
  const keyword = storableText(text).trim();
  if (showsNothing(keyword) || codePoints(keyword) > FILTER_KEYWORD_MAX) {
    throw new DomainError('filter_keyword_invalid');
  }
  return keyword;
}

const LANGUAGE = /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** A language by its code (ISO 639, also with a script or a region); undefined for any other text. */
export function languageCode(text: string): string | undefined {
  return text.length <= LANGUAGE_MAX && LANGUAGE.test(text) ? text : undefined;
}

/** @throws {DomainError} `text_invalid`, `list_title_invalid` */
export function listTitleText(text: string): string {
  const title = storableText(text).trim();
  if (showsNothing(title) || codePoints(title) > LIST_TITLE_MAX) {
    throw new DomainError('list_title_invalid');
  }
  return title;
}

/** One @ with something on both sides; whether mail arrives only a mail can tell. */
const EMAIL = /^[^\s@]+@[^\s@]+$/u;
/** What is not seen, or turns the order of letters: two addresses with it could look alike. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u{2800}]/u;

/** @throws {DomainError} `text_invalid`, `email_invalid` */
export function emailText(text: string): string {
  const email = storableText(text).trim();
  const longest = Math.max(codePoints(email), codePoints(foldKey(email)));
  if (!EMAIL.test(email) || HIDDEN.test(email) || longest > EMAIL_MAX) {
    throw new DomainError('email_invalid');
  }
  return email;
}
