/** Times, as people say them. */
import type { Messages } from '#lib/i18n/en.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

/** How long ago something was: `5m`, `3h`; behind a week the day. @param at epoch ms */
export function ago(at: number, now: number, words: Messages, language: string): string {
  const past = Math.max(0, now - at);
  if (past < MINUTE) return words.justNow;
  if (past < HOUR) return words.minutes(Math.floor(past / MINUTE));
  if (past < DAY) return words.hours(Math.floor(past / HOUR));
  if (past < WEEK) return words.days(Math.floor(past / DAY));
  const isThisYear = new Date(at).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(language, {
    month: 'short',
    day: 'numeric',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(at);
}

/** The day and the minute. */
export const fullTime = (at: number, language: string): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'short' }).format(at);

/** The month somebody came. */
export const monthOf = (at: number, language: string): string =>
  new Intl.DateTimeFormat(language, { year: 'numeric', month: 'long' }).format(at);

/** A number in a small space: `1.2K`, `1.2만`. */
export const shortNumber = (n: number, language: string): string =>
  new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 }).format(n);
