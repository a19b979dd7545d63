/**
 * `npm run bench`: starts real servers, drives them over loopback, and writes down what it saw.
 * `--quick` takes less than two minutes and fails when a bar is missed by more than a tenth;
 * `--only 1,4` runs some scenarios, `--most 100000` none with more users; what was found for the
 * others stays.
 */
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startMariadb } from '../api/test/kit/mariadb.ts';
import mysql from 'mysql2/promise';
import { fillMysql, type Population } from './kit/data.ts';
import { type Finding, isReached } from './kit/findings.ts';
import { onRedis } from './kit/redis.ts';
import { lineOf, putTable, store } from './kit/report.ts';
import { fanOut } from './scenarios/fan-out.ts';
import { oneAndTwoInstances } from './scenarios/instances.ts';
import { mix } from './scenarios/mix.ts';
import { againstNaiveOnMariadb, againstNaiveOnSqlite } from './scenarios/naive.ts';
import { passwordStorm } from './scenarios/passwords.ts';
import { wholePipeline } from './scenarios/pipeline.ts';
import { redisFanOut } from './scenarios/redis-fan-out.ts';
import { coldStart } from './scenarios/start.ts';
import { streamDelays } from './scenarios/streams.ts';
import {
  growth,
  HABITS,
  memory,
  statusesAgainstPrebuilt,
  timelineAgainstPrebuilt,
} from './scenarios/timelines.ts';
import { durableTweets } from './scenarios/writes.ts';

/** A scenario's number, for how many users it is, and how it is run. */
type Measurement = readonly [number: number, users: number, run: () => Promise<Finding[]>];

/** What servers write while they are measured; on the same disk as the data. */
const SCRATCH = path.join(import.meta.dirname, 'data', 'scratch');
/** By how much a quick run may miss a bar: it measures little, on a noisy machine. */
const QUICK_SLACK = 0.1;

/**
 * Many short turns: what else the machine does comes in spells of seconds, and so falls on both sides
 * of a ratio, or on few of the ratios.
 */
const QUICK_ROUNDS = { rounds: 11, seconds: 0.4 };

const QUICK: readonly Measurement[] = [
  [1, 1000, () => timelineAgainstPrebuilt(1000, 0.8, QUICK_ROUNDS)],
  [1, 20_000, () => timelineAgainstPrebuilt(20_000, 0.65, QUICK_ROUNDS)],
  [2, 1000, () => againstNaiveOnSqlite(1000, { rounds: 3, seconds: 1 })],
  [2, 20_000, () => againstNaiveOnSqlite(20_000, { rounds: 3, seconds: 1 })],
  [6, 1, () => durableTweets(SCRATCH, 5, 700)],
  [8, 1000, () => wholePipeline(QUICK_ROUNDS)],
];

const ROUNDS = { rounds: 9, seconds: 2 };
/** Few people who have written much. */
const WRITERS: Population = { users: 20_000, follows: HABITS.follows, tweets: 200 };
const FEW: Population = { users: 1000, ...HABITS };

const FULL: readonly Measurement[] = [
  [1, 1000, () => timelineAgainstPrebuilt(1000, 0.8, ROUNDS)],
  [1, 100_000, () => timelineAgainstPrebuilt(100_000, 0.65, ROUNDS)],
  [2, 100_000, () => againstNaiveOnSqlite(100_000, ROUNDS)],
  [
    2,
    WRITERS.users,
    () => onMariadb((url) => againstNaiveOnMariadb(url, WRITERS, { rounds: 3, seconds: 5 })),
  ],
  // Scenario 1 for as many, too.
  [3, 1_000_000, () => growth(1000, { to: 1_000_000, atLeast: 0.6 }, ROUNDS)],
  [4, 1_000_000, () => fanOut(1_000_000, 9)],
  [5, 1_000_000, () => memory(1_000_000, 200_000)],
  [6, 1, () => durableTweets(SCRATCH, 5, 2000)],
  [7, 1000, () => passwordStorm(1000, SCRATCH, { rounds: 3, seconds: 5 })],
  [8, 1000, () => wholePipeline(ROUNDS)],
  [9, 1_000_000, () => coldStart(1_000_000, 5)],
  [10, 100_000, () => mixOnSqlite(100_000)],
  [
    10,
    WRITERS.users,
    () => onMariadb((url) => mix('MariaDB', WRITERS.users, { DATABASE_URL: url }, ROUNDS)),
  ],
  [11, 10_000, () => onRedis((url) => redisFanOut(url, 10_000, 9))],
  [
    12,
    FEW.users,
    () =>
      onMariadb(
        (url) => onRedis((redis) => oneAndTwoInstances(url, redis, FEW.users, ROUNDS)),
        FEW,
      ),
  ],
  [13, 100_000, () => statusesAgainstPrebuilt(100_000, 20_000, ROUNDS)],
  [14, 20_000, () => streamDelays({ users: 20_000, followers: 1000 }, SCRATCH, 5)],
];

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    only: { type: 'string' },
    most: { type: 'string' },
    help: { type: 'boolean' },
  },
});
if (options.help)
  console.log('npm run bench -- [--quick] [--only <scenario>,<scenario>…] [--most <users>]');
else await main();

async function main(): Promise<void> {
  const only = options.only?.split(',').map(Number);
  mkdirSync(SCRATCH, { recursive: true });
  const scenarios = options.quick ? QUICK : FULL;
  const findings: Finding[] = [];
  for (const [number, users, run] of scenarios) {
    if ((only && !only.includes(number)) || users > Number(options.most ?? Infinity)) continue;
    for (const finding of await run()) {
      findings.push(finding);
      console.log(lineOf(finding));
      console.log(`    ${JSON.stringify(finding.details)}`);
    }
  }
  rmSync(SCRATCH, { recursive: true });
  const table = store(options.quick ? 'quick' : 'full', findings);
  if (!options.quick) putTable('figures', table);
  const missed = findings.filter((finding) => !isReached(finding, options.quick ? QUICK_SLACK : 0));
  if (missed.length > 0) {
    console.log(`\nmissed:\n${missed.map(lineOf).join('\n')}`);
    process.exitCode = 1;
  }
}

/** Runs a scenario on a MariaDB server of its own. */
async function onMariadb(
  scenario: (url: string) => Promise<Finding[]>,
  population = WRITERS,
): Promise<Finding[]> {
  const server = await startMariadb();
  try {
    const connection = await mysql.createConnection(server.url);
    await connection.query('CREATE DATABASE bench');
    await connection.query('SET GLOBAL innodb_buffer_pool_size = 2147483648');
    await connection.end();
    const url = `${server.url}bench`;
    await fillMysql(url, population);
    return await scenario(url);
  } finally {
    await server.stop();
  }
}

/** The mix writes: it gets a copy of the data. */
async function mixOnSqlite(users: number): Promise<Finding[]> {
  const { cpSync } = await import('node:fs');
  const { sqliteFolder } = await import('./kit/data.ts');
  const folder = path.join(SCRATCH, 'mix');
  cpSync(sqliteFolder({ users, ...HABITS }), folder, { recursive: true });
  return mix('SQLite', users, { MINITTER_DATA_DIR: folder }, ROUNDS);
}
