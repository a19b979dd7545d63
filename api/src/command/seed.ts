/** `minitter seed`: an empty database becomes a lively one. */
import type { Config } from '../config.ts';
import { type BulkLoader, openBulkLoader, type Row } from '../model/bulk.ts';
import { PasswordHasher } from '../service/passwords.ts';
import { UsageError } from './exit-status.ts';
import { duration } from './progress.ts';
import {
  FOLLOW_COLUMNS,
  followRows,
  TWEET_COLUMNS,
  tweetRows,
  USER_COLUMNS,
  userRows,
  type WorldOptions,
} from './seed/world.ts';
import { type Watcher, watching } from './watching.ts';

/** As they stand on the command line. */
export interface SeedOptions {
  readonly users: string;
  readonly follows: string;
  readonly tweets: string;
  readonly seed: string;
  readonly until?: string;
  readonly password: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Low on purpose: one hash serves everybody, and log-in replaces it by a stronger one. */
const COST = 4;
const HOUR_MS = 3_600_000;

/** @throws {UsageError | Error} with a readable sentence for wrong numbers and for a database that is in use */
export async function seedCommand(config: Config, options: SeedOptions): Promise<void> {
  const world = await worldOptions(options);
  const begun = Date.now();
  const loader = await openBulkLoader(config.database);
  const { watcher, end } = watching(options, 'Stopped. The database is as empty as before.');
  try {
    await fill(loader, world, watcher);
    watcher.start('indexes', 1);
    await loader.finish();
    watcher.finish();
  } catch (error) {
    await loader.abandon();
    throw error;
  } finally {
    end();
  }
  tell(options, world, (Date.now() - begun) / 1000);
}

function tell(
  { json, password }: SeedOptions,
  { users, follows, tweets }: WorldOptions,
  seconds: number,
): void {
  const made = { users, follows: users * follows, tweets: users * tweets };
  if (json) console.log(JSON.stringify(made));
  else {
    console.log(
      `${users.toLocaleString('en')} users with ${made.tweets.toLocaleString('en')} tweets ` +
        `in ${duration(seconds)}. They log in as user1@example.com and so on ` +
        `with the password "${password}".`,
    );
  }
}

async function worldOptions(options: SeedOptions): Promise<WorldOptions> {
  const { users, follows, tweets, seed, until, password } = options;
  const end = until === undefined ? Math.floor(Date.now() / HOUR_MS) * HOUR_MS : Date.parse(until);
  if (Number.isNaN(end) || end > Date.now()) {
    throw new UsageError('--until must be a time that has passed, such as 2026-01-31T12:00:00Z.');
  }
  const world = {
    users: wholeNumber('--users', users, 1, 10_000_000),
    follows: wholeNumber('--follows', follows, 0, 100_000),
    tweets: wholeNumber('--tweets', tweets, 0, 1_000_000),
    seed: wholeNumber('--seed', seed, 0, 2 ** 31 - 3),
    until: end,
  };
  if (world.follows > world.users - 1) {
    throw new UsageError(`--follows must be less than --users: nobody follows himself.`);
  }
  const hasher = new PasswordHasher({ cost: COST, workers: 1, queue: 1 });
  return { ...world, hashedPassword: await hasher.hash(password) };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new UsageError(`${name} must be a whole number from ${least} to ${most}.`);
}

async function fill(loader: BulkLoader, world: WorldOptions, watcher: Watcher): Promise<void> {
  const { users, follows, tweets } = world;
  const load = async (
    table: string,
    columns: readonly string[],
    rows: Iterable<Row>,
    total: number,
  ) => {
    watcher.start(table === 'users_follow_list' ? 'follows' : table, total);
    await loader.load(table, columns, rows, watcher.advance);
    watcher.finish();
  };
  await load('users', USER_COLUMNS, userRows(world), users);
  await load('users_follow_list', FOLLOW_COLUMNS, followRows(world), users * follows);
  await load('tweets', TWEET_COLUMNS, tweetRows(world), users * tweets);
}
