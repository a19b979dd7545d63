/** Times, as people say them. */
import type { Messages } from '#lib/i18n/en.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** To make a format takes a millisecond, and a timeline has dozens of times: each is made once. */
function perLanguage<T>(make: (language: string) => T): (language: string) => T {
  const made = new Map<string, T>();
  return (language) => {
    const format = made.get(language) ?? make(language);
    made.set(language, format);
    return format;
  };
}

const dates = (options: Intl.DateTimeFormatOptions) =>
  perLanguage((language) => new Intl.DateTimeFormat(language, options));
const daysOfYear = dates({ month: 'short', day: 'numeric' });
const days = dates({ month: 'short', day: 'numeric', year: 'numeric' });
const minutes = dates({ dateStyle: 'long', timeStyle: 'short' });
const months = dates({ year: 'numeric', month: 'long' });
const shortNumbers = perLanguage(
  (language) => new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }),
);

/** How long ago something was: `5m`, `3h`; behind a week the day. @param at epoch ms */
export function ago(at: number, now: number, words: Messages, language: string): string {
  const past = Math.max(0, now - at);
  if (past < MINUTE) return words.justNow;
  if (past < HOUR) return words.minutes(Math.floor(past / MINUTE));
  if (past < DAY) return words.hours(Math.floor(past / HOUR));
  if (past < WEEK) return words.days(Math.floor(past / DAY));
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return (isThisYear ? daysOfYear : days)(language).format(at);
}

/** The day and the minute. */
export const fullTime = (at: number, language: string): string => minutes(language).format(at);

/** The month somebody came. */
export const monthOf = (at: number, language: string): string => months(language).format(at);

/** A number in a small space: `1.2K`, `1.2만`. */
export const shortNumber = (n: number, language: string): string =>
  shortNumbers(language).format(n);
