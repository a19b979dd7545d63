/**
 * A micro-blog of any size, row by row, in the order of the primary keys. Nothing is held that grows
 * with the number of rows.
 */
import { VISIBILITY } from '../../model/schema.ts';
import { TWEET_EPOCH_MS } from '../../model/tweet-ids.ts';
import { type Random, seededRandom, shuffle, zipf } from './random.ts';
import { personName, tweetText } from './texts.ts';

export interface WorldOptions {
  readonly users: number;
  /** Whom one follows, on average. */
  readonly follows: number;
  /** What one has written, on average. */
  readonly tweets: number;
  readonly seed: number;
  /** When the last tweet was written, in epoch milliseconds. */
  readonly until: number;
  /** What everybody's row has as the hash of the password. */
  readonly hashedPassword: string;
}

/** How steeply popularity falls: of a million people, the first is followed by some 2%. */
const POPULARITY_SKEW = 0.8;
/** How steeply eagerness to write falls. */
const WRITING_SKEW = 0.5;
/** Deviation of the logarithm of how many one follows. */
const FOLLOWS_SPREAD = 1;
const IDS_PER_MS = 4096;
const DAY_MS = 86_400_000;
/** The time over which the tweets are spread. */
const HISTORY_MS = 90 * DAY_MS;
const UNLISTED_SHARE = 0.03;
const PRIVATE_SHARE = 0.03;
const REPLY_SHARE = 0.05;

export const USER_COLUMNS = [
  'id',
  'name',
  'email',
  'email_key',
  'username',
  'username_key',
  'hashed_password',
  'profile',
  'state',
  'role',
  'created_at',
  'updated_at',
] as const;

export function* userRows({ users, seed, until, hashedPassword }: WorldOptions) {
  const random = seededRandom(seed);
  const joined = until - HISTORY_MS - DAY_MS;
  for (let id = 1; id <= users; id += 1) {
    const [name, email, username] = [personName(random, id), `user${id}@example.com`, `user${id}`];
    const state = 'active';
    const role = 'user';
    yield [
      id,
      name,
      email,
      email,
      username,
      username,
      hashedPassword,
      '',
      state,
      role,
      joined,
      joined,
    ];
  }
}

export const FOLLOW_COLUMNS = ['user_id', 'follow_user_id', 'created_at'] as const;

/** Popularity follows a power law, and how many one follows a log-normal distribution. */
export function* followRows({ users, follows, seed, until }: WorldOptions) {
  const random = seededRandom(seed + 1);
  const rank = zipf(users, POPULARITY_SKEW, random);
  const personAt = shuffle(users, random);
  const since = until - HISTORY_MS;
  for (let id = 1; id <= users; id += 1) {
    const followed = new Set<number>();
    const wanted = howMany(follows, users - 1, random);
    // Where nearly everybody is followed already, the same ones come up again and again.
    for (let tries = 0; followed.size < wanted && tries < 20 * wanted; tries += 1) {
      const other = personAt(rank()) + 1;
      if (other !== id) followed.add(other);
    }
    for (const other of [...followed].sort((a, b) => a - b)) yield [id, other, since];
  }
}

function howMany(mean: number, most: number, random: Random): number {
  if (mean === 0) return 0;
  const drawn = Math.exp(
    Math.log(mean) - FOLLOWS_SPREAD ** 2 / 2 + FOLLOWS_SPREAD * random.normal(),
  );
  return Math.min(most, Math.max(1, Math.round(drawn)));
}

export const TWEET_COLUMNS = [
  'id',
  'user_id',
  'tweet',
  'visibility',
  'reply_to_id',
  'reblog_of_id',
  'created_at',
] as const;

/** @throws {Error} when there would be more tweets than milliseconds */
export function* tweetRows({ users, tweets, seed, until }: WorldOptions) {
  const count = users * tweets;
  const step = Math.floor(HISTORY_MS / Math.max(1, count));
  if (step < 1) throw new Error('so many tweets do not fit into 90 days');
  const random = seededRandom(seed + 2);
  const rank = zipf(users, WRITING_SKEW, random);
  const personAt = shuffle(users, random);
  let before: number | null = null;
  for (let n = 0; n < count; n += 1) {
    const at = until - (count - n) * step + random.below(step);
    const id = (at - TWEET_EPOCH_MS) * IDS_PER_MS;
    const replyTo = random.unit() < REPLY_SHARE ? before : null;
    yield [id, personAt(rank()) + 1, tweetText(random), visibility(random), replyTo, null, at];
    before = id;
  }
}

function visibility(random: Random): number {
  const drawn = random.unit();
  if (drawn < PRIVATE_SHARE) return VISIBILITY.private;
  return drawn < PRIVATE_SHARE + UNLISTED_SHARE ? VISIBILITY.unlisted : VISIBILITY.public;
}
