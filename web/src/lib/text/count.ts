/**
 * How long a tweet is: exactly as the server counts it (api/src/service/text.ts), with the same
 * segmenter; a test holds the two together.
 */
import { countGraphemes } from 'unicode-segmenter/grapheme';

/** Text and warning count together, in characters as a person counts them. */
export function tweetLength(text: string, warning = ''): number {
  const trimmed = warning.trim();
  const whole = trimmed === '' ? text : `${trimmed}\n${text}`;
  return countGraphemes(whole.normalize('NFC'));
}
