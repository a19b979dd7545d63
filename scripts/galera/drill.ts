/** The drill: the node that takes the writes is killed in the middle of them. */
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { createApp } from '../../api/src/app.ts';
import { loadConfig } from '../../api/src/config.ts';
import { clientOf, type Person, type TestApp } from '../../api/test/kit/app.ts';
import type { Galera, Node } from './nodes.ts';

const WRITERS = 8;
const SECONDS_BEFORE = 5;
/** The cluster takes some seconds to give a node up. */
const SECONDS_AFTER = 15;

/** What writers were told. */
interface Answers {
  /** Texts of the tweets that were answered with 200. */
  readonly acknowledged: string[];
  /** Answers and broken connections that were not 200. */
  failed: number;
  /** When each of the acknowledged was answered, in epoch milliseconds. */
  readonly times: number[];
}

/**
 * @param folder for the server's own files
 * @returns whether nothing that was acknowledged is missing, on any node
 */
export async function drill(galera: Galera, folder: string): Promise<boolean> {
  const config = loadConfig({
    MINITTER_DATA_DIR: folder,
    DATABASE_URL: galera.url,
    MINITTER_SECRET: 'a key for this drill, which nobody else uses',
    BCRYPT_COST: '4',
    RATE_LIMITS: 'off',
    LOG_LEVEL: 'silent',
  });
  const app = await createApp(config, pino({ level: 'silent' }));
  try {
    const client = clientOf(await app.server.listen({ host: '127.0.0.1', port: 0 }));
    const ada = await client.join('Ada');
    const [first] = galera.nodes as [Node, ...Node[]];
    const answers: Answers = { acknowledged: [], failed: 0, times: [] };
    const state = { isOver: false };
    const writers = Array.from({ length: WRITERS }, (_, n) =>
      write(client, ada, n, answers, state),
    );
    await sleep(SECONDS_BEFORE * 1000);
    const before = answers.acknowledged.length;
    const killedAt = Date.now();
    await first.kill();
    console.log(`${first.name} killed after ${before} acknowledged tweets`);
    await sleep(SECONDS_AFTER * 1000);
    state.isOver = true;
    await Promise.all(writers);
    await first.rejoin();
    return await report(galera, answers, { before, killedAt });
  } finally {
    await app.close();
  }
}

async function write(
  client: Omit<TestApp, 'app'>,
  ada: Person,
  writer: number,
  answers: Answers,
  state: { readonly isOver: boolean },
): Promise<void> {
  for (let n = 0; !state.isOver; n += 1) {
    const tweet = `writer ${writer} tweet ${n}`;
    try {
      const { status } = await client.call('POST /tweet', { as: ada, json: { tweet } });
      if (status !== 200) throw new Error(String(status));
      answers.acknowledged.push(tweet);
      answers.times.push(Date.now());
    } catch {
      answers.failed += 1;
      await sleep(20);
    }
  }
}

async function report(
  { nodes }: Galera,
  { acknowledged, failed, times }: Answers,
  { before, killedAt }: { before: number; killedAt: number },
): Promise<boolean> {
  const isWritingAgain = times.some((time, i) => time > killedAt && i >= before);
  const pause = isWritingAgain ? `after ${(longestGap(times) / 1000).toFixed(1)} s` : 'never';
  console.log(
    `${acknowledged.length} tweets acknowledged, ${failed} attempts failed; writing again ${pause}`,
  );
  const lost = await Promise.all(nodes.map((node) => missingOn(node, acknowledged)));
  for (const [i, count] of lost.entries()) console.log(`${nodes[i]?.name}: ${count} missing`);
  // The control: a checker that sees nothing missing would say so of anything.
  const control = await missingOn(nodes[0] as Node, ['a tweet that nobody wrote']);
  console.log(`control: ${control} of 1 missing`);
  return isWritingAgain && control === 1 && lost.every((count) => count === 0);
}

/** Milliseconds. */
function longestGap(times: readonly number[]): number {
  return times.reduce((longest, time, i) => Math.max(longest, time - (times[i - 1] ?? time)), 0);
}

/** How many of these tweets are not on this node. */
async function missingOn({ url }: Node, tweets: readonly string[]): Promise<number> {
  const connection = await mysql.createConnection(url);
  try {
    const [rows] = await connection.query<RowDataPacket[]>('SELECT tweet FROM tweets');
    const there = new Set(rows.map((row) => String(row['tweet'])));
    return tweets.filter((tweet) => !there.has(tweet)).length;
  } finally {
    await connection.end();
  }
}
