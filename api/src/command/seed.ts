/** `minitter seed`: an empty database becomes a lively one. */
import type { Config } from '../config.ts';
import { type BulkLoader, openBulkLoader, type Row } from '../model/bulk.ts';
import { PasswordHasher } from '../service/passwords.ts';
import { duration, Progress } from './progress.ts';
import { onStopSignals } from './stop-signals.ts';
import {
  FOLLOW_COLUMNS,
  followRows,
  TWEET_COLUMNS,
  tweetRows,
  USER_COLUMNS,
  userRows,
  type WorldOptions,
} from './seed/world.ts';

/** As they stand on the command line. */
export interface SeedOptions {
  readonly users: string;
  readonly follows: string;
  readonly tweets: string;
  readonly seed: string;
  readonly until?: string;
  readonly password: string;
  readonly quiet?: boolean;
}

/** Low on purpose: one hash serves everybody, and log-in replaces it by a stronger one. */
const COST = 4;
const HOUR_MS = 3_600_000;

/** @throws {Error} with a readable sentence for wrong numbers and for a database that is in use */
export async function seedCommand(config: Config, options: SeedOptions): Promise<void> {
  const world = await worldOptions(options);
  const progress = new Progress({ stream: options.quiet ? undefined : process.stderr });
  const begun = Date.now();
  const loader = await openBulkLoader(config.database);
  const stop = stopOnSignals();
  try {
    await fill(loader, world, progress, stop);
    progress.start('indexes', 1);
    await loader.finish();
    progress.advance(1);
    progress.finish();
  } catch (error) {
    await loader.abandon();
    throw error;
  }
  const { users, tweets } = world;
  stop.ignore();
  console.log(
    `${users.toLocaleString('en')} users with ${(users * tweets).toLocaleString('en')} tweets ` +
      `in ${duration((Date.now() - begun) / 1000)}. They log in as user1@example.com and so on ` +
      `with the password "${options.password}".`,
  );
}

async function worldOptions(options: SeedOptions): Promise<WorldOptions> {
  const { users, follows, tweets, seed, until, password } = options;
  const end = until === undefined ? Math.floor(Date.now() / HOUR_MS) * HOUR_MS : Date.parse(until);
  if (Number.isNaN(end) || end > Date.now()) {
    throw new Error('--until must be a time that has passed, such as 2026-01-31T12:00:00Z.');
  }
  const world = {
    users: wholeNumber('--users', users, 1, 10_000_000),
    follows: wholeNumber('--follows', follows, 0, 100_000),
    tweets: wholeNumber('--tweets', tweets, 0, 1_000_000),
    seed: wholeNumber('--seed', seed, 0, 2 ** 31 - 3),
    until: end,
  };
  if (world.follows > world.users - 1) {
    throw new Error(`--follows must be less than --users: nobody follows himself.`);
  }
  const hasher = new PasswordHasher({ cost: COST, workers: 1, queue: 1 });
  return { ...world, hashedPassword: await hasher.hash(password) };
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} must be a whole number from ${least} to ${most}.`);
}

/** Lets Ctrl-C end the work at a good moment, so that nothing half-done is left. */
function stopOnSignals() {
  let isAsked = false;
  const ask = () => {
    isAsked = true;
  };
  const ignore = onStopSignals({ ask, insist: () => process.exit(130) });
  return {
    ignore,
    /** @throws {Error} when somebody has asked to stop */
    check: () => {
      if (isAsked) throw new Error('Stopped. The database is as empty as before.');
    },
  };
}

async function fill(
  loader: BulkLoader,
  world: WorldOptions,
  progress: Progress,
  stop: ReturnType<typeof stopOnSignals>,
): Promise<void> {
  const { users, follows, tweets } = world;
  const load = async (
    table: string,
    columns: readonly string[],
    rows: Iterable<Row>,
    total: number,
  ) => {
    progress.start(table === 'users_follow_list' ? 'follows' : table, total);
    await loader.load(table, columns, rows, (stored) => {
      progress.advance(stored);
      stop.check();
    });
    progress.finish();
  };
  await load('users', USER_COLUMNS, userRows(world), users);
  await load('users_follow_list', FOLLOW_COLUMNS, followRows(world), users * follows);
  await load('tweets', TWEET_COLUMNS, tweetRows(world), users * tweets);
}
