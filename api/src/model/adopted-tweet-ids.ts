/**
 * Ids of tweets that were written elsewhere, before there was a Minitter: made of the time, like all,
 * so that timelines keep their order, and the same for the same tweet whenever it is read.
 *
 * Each second has a range of ids. From 2026 on it is the range of native ids. Earlier seconds, back to
 * 1970, share what native ids of the year 2025 would be, which nobody has: Minitter began in 2026.
 */
import { tweetIdAt } from './tweet-ids.ts';

const NATIVE_FROM_MS = Date.UTC(2026, 0, 1);
const IDS_PER_EARLY_SECOND = 65_536;
const IDS_PER_SECOND = tweetIdAt(1000) - tweetIdAt(0);

/** The ids that a tweet may have. */
export interface IdRange {
  readonly first: number;
  readonly count: number;
}

/** The range of the second that this time, in epoch milliseconds from 1970 on, is part of. */
export function adoptedIdsAt(time: number): IdRange {
  const second = Math.floor(time / 1000);
  if (time >= NATIVE_FROM_MS) return { first: tweetIdAt(second * 1000), count: IDS_PER_SECOND };
  return { first: 1 + second * IDS_PER_EARLY_SECOND, count: IDS_PER_EARLY_SECOND };
}

/** The `n`th id of a range; behind the last comes the first again. */
export function idIn({ first, count }: IdRange, n: number): number {
  return first + (n % count);
}
