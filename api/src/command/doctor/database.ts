/** The database: whether it can be had, in which schema it is, and whether it is whole. */
import { execFile } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { CompiledQuery } from 'kysely';
import type { Config, DatabaseConfig } from '../../config.ts';
import type { Store } from '../../model/database.ts';
import { schemaVersion } from '../../model/migrate.ts';
import { migrations } from '../../model/migrations/index.ts';
import { openStore } from '../../model/open.ts';
import { TweetDao } from '../../model/tweets.ts';
import { timeOfTweetId } from '../../model/tweet-ids.ts';
import { type Check, type Finding, ok, problem, warning, size } from './finding.ts';

/** An open database, and how long reading through it may take. */
export interface DatabaseSubject {
  readonly store: Store;
  readonly database: DatabaseConfig;
  readonly patienceMs: number;
}

/** Runs `checks` on the database, if there is one; it is neither made nor brought to a new schema. */
export async function checkDatabase(
  { database }: Pick<Config, 'database'>,
  patienceMs: number,
  checks: Readonly<Record<string, Check<DatabaseSubject>>> = DATABASE_CHECKS,
): Promise<Readonly<Record<string, readonly Finding[]>>> {
  if (database.engine === 'sqlite' && !existsSync(database.file)) {
    return { database: [ok(`${database.file} will be made by the first start.`)] };
  }
  const store = await openStore(database, { lock: false });
  try {
    const findings: Record<string, readonly Finding[]> = { database: [await reached(store)] };
    for (const [name, check] of Object.entries(checks)) {
      findings[name] = await check({ store, database, patienceMs });
    }
    return findings;
  } finally {
    await store.close();
  }
}

async function reached(store: Store): Promise<Finding> {
  if (store.dialect.engine === 'sqlite') return ok('SQLite can be opened.');
  const { version } = await mysqlVariables(store);
  return ok(`MySQL or MariaDB ${version} can be reached.`);
}

/** @param newest the version that this Minitter brings a database to */
export async function checkSchema(
  { store }: Pick<DatabaseSubject, 'store'>,
  newest: number = migrations.at(-1)?.version ?? 0,
): Promise<readonly Finding[]> {
  const found = await schemaVersionOrNone(store);
  if (found === undefined) return [ok('It is empty; the first start makes the tables.')];
  if (found === newest) return [ok(`It is at version ${found}, the newest.`)];
  if (found < newest) {
    return [
      warning(
        `It is at version ${found}, and this Minitter needs ${newest}.`,
        'Back it up, then start the server or run minitter migrate.',
      ),
    ];
  }
  return [
    problem(
      `It is at version ${found}, and this Minitter knows ${newest} at most.`,
      'Install the Minitter that it was last used with, or a later one.',
    ),
  ];
}

async function schemaVersionOrNone(store: Store): Promise<number | undefined> {
  try {
    return await schemaVersion(store);
  } catch (error) {
    // SQLite's words, and those of MySQL and MariaDB.
    if (/no such table|doesn't exist/.test(String(error))) return undefined;
    throw error;
  }
}

const TOLERABLE_MS = 2000;

/** This machine's clock against the database's, and against the newest tweet. */
export async function checkClock({
  store,
}: Pick<DatabaseSubject, 'store'>): Promise<readonly Finding[]> {
  const asked = Date.now();
  const theirs = await store.now();
  const aheadMs = Math.round((asked + Date.now()) / 2 - theirs);
  if (Math.abs(aheadMs) > TOLERABLE_MS) {
    return [
      warning(
        `This machine's clock is ${seconds(Math.abs(aheadMs))} ` +
          `${aheadMs > 0 ? 'ahead of' : 'behind'} the database's.`,
        'Let both be set by NTP. Tweets are dated by the database.',
      ),
    ];
  }
  return newestTweet(store, theirs);
}

async function newestTweet(store: Store, now: number): Promise<readonly Finding[]> {
  if ((await schemaVersionOrNone(store)) === undefined) return [ok('It goes with the database.')];
  const ahead = timeOfTweetId(await TweetDao.highestId(store)) - now;
  if (ahead <= TOLERABLE_MS) return [ok('It goes with the database, and with the newest tweet.')];
  return [
    warning(
      `The newest tweet was written ${seconds(ahead)} from now.`,
      'Look whether the clock was put back. New tweets are dated right after it until then.',
    ),
  ];
}

const seconds = (ms: number) => `${Math.round(ms / 1000).toLocaleString('en')} s`;

/** Reads through an SQLite file; asks MySQL whether it keeps what it has acknowledged. */
export function checkIntegrity(subject: DatabaseSubject): Promise<readonly Finding[]> {
  const { database, patienceMs, store } = subject;
  return database.engine === 'sqlite'
    ? quickCheck(database.file, patienceMs)
    : checkFlushing(store);
}

/** In a process of its own, since nothing else ends a query of SQLite's that takes too long. */
async function quickCheck(file: string, patienceMs: number): Promise<readonly Finding[]> {
  // The file's ending is .ts in the repository and .js in the published package.
  const script = path.join(import.meta.dirname, `quick-check${path.extname(import.meta.filename)}`);
  const { killed, faults } = await new Promise<{ killed: boolean; faults: string }>((resolve) => {
    const options = { timeout: patienceMs, killSignal: 'SIGKILL' } as const;
    execFile(process.execPath, [script, file], options, (error, stdout, stderr) => {
      resolve({ killed: error?.killed ?? false, faults: `${stdout}${stderr}`.trim() });
    });
  });
  if (faults === 'ok') return [ok('SQLite has read through it and found it whole.')];
  if (!killed) {
    return [
      problem(
        `SQLite found it damaged: ${faults.replaceAll('\n', '; ')}.`,
        'Stop the server, copy the data folder, and restore your backup.',
      ),
    ];
  }
  return [
    warning(
      `Reading through ${size(statSync(file).size)} was not finished in ${seconds(patienceMs)}.`,
      'Give it longer with --patience <seconds>.',
    ),
  ];
}

/** Without this, MySQL loses its last second when it dies, and with it tweets that were answered 200. */
export async function checkFlushing(store: Store): Promise<readonly Finding[]> {
  const { flush } = await mysqlVariables(store);
  if (flush === 1) return [ok('Every COMMIT is flushed to disk.')];
  return [
    warning(
      `innodb_flush_log_at_trx_commit is ${flush}: a crash can lose what was acknowledged.`,
      'Set it to 1 in the MySQL server.',
    ),
  ];
}

async function mysqlVariables(store: Store): Promise<{ version: string; flush: number }> {
  const { rows } = await store.reader.executeQuery<{ version: string; flush: number | bigint }>(
    CompiledQuery.raw(
      'SELECT @@version AS version, @@GLOBAL.innodb_flush_log_at_trx_commit AS flush',
    ),
  );
  return { version: rows[0]?.version ?? 'unknown', flush: Number(rows[0]?.flush) };
}

const DATABASE_CHECKS: Readonly<Record<string, Check<DatabaseSubject>>> = {
  schema: checkSchema,
  clock: checkClock,
  integrity: checkIntegrity,
};
