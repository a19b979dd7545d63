/** What somebody wants to say, and whether it may be said. */
import type { TweetEdit } from '../model/tweets.ts';
import { DomainError } from './errors.ts';
import { MEDIA_PER_TWEET } from './limits.ts';
import type { MediaWords } from './media.ts';
import { languageCode, showsNothing, storableText, tweetText } from './text.ts';

/** A tweet as its author sends it. What is left out is as usual for him. */
export interface TweetDraft {
  readonly text: string;
  readonly replyToId?: number | undefined;
  /** Pictures of his that have been uploaded, in order. */
  readonly mediaIds?: readonly number[] | undefined;
  /** What is to be said of pictures that it has; others are left alone. */
  readonly mediaWords?: readonly (MediaWords & { readonly id: number })[] | undefined;
  readonly isSensitive?: boolean | undefined;
  /** The content warning. */
  readonly spoilerText?: string | undefined;
  /** A value of `VISIBILITY`. */
  readonly visibility?: number | undefined;
  /** ISO 639. */
  readonly language?: string | undefined;
}

/** Between the warning and the text, when they are counted together. */
const BREAK = '\n';

/**
 * The words of a tweet as they are stored. Text and warning count together, and one of them may be
 * missing when the other, or a picture, is there.
 *
 * @throws {DomainError} `text_invalid`, `tweet_blank`, `tweet_too_long`, `tweet_too_complex`,
 *   `media_too_many`
 */
export function wordsOf(draft: TweetDraft): TweetEdit {
  const { text, spoilerText = '', mediaIds = [], isSensitive = false, language } = draft;
  if (mediaIds.length > MEDIA_PER_TWEET) throw new DomainError('media_too_many');
  const spoiler = showsNothing(spoilerText) ? '' : storableText(spoilerText).trim();
  const needsText = mediaIds.length === 0 && spoiler === '';
  const tweet = showsNothing(text) && !needsText ? '' : tweetText(text);
  if (spoiler !== '') tweetText(`${spoiler}${BREAK}${tweet}`);
  return {
    tweet,
    spoiler_text: spoiler,
    is_sensitive: isSensitive || spoiler !== '' ? 1 : 0,
    language: languageCode(language ?? '') ?? null,
  };
}
