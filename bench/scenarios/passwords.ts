/** Scenario 7: a storm of sign-ups and log-ins, and what readers notice of it. */
import { hash } from '@node-rs/bcrypt';
import { availableParallelism } from 'node:os';
import { sqliteFolder } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load } from '../kit/load.ts';
import { startServer } from '../kit/server.ts';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { HABITS, homeTimelines, middle, type Rounds } from './timelines.ts';

const COST = 10;
const WORKERS = Math.max(1, availableParallelism() - 1);
/** Readers during the storm: well below the maximum. */
const READS_PER_SECOND = 2000;

/** Each connection waits for a hash most of the time. */
const STORM = { connections: 16, maySleep: true };

/** Hashes per second without a server, with as many workers. */
async function bareHashes(seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let hashes = 0;
  const work = async () => {
    while (performance.now() < end) {
      await hash('a password that is long enough', COST);
      hashes += 1;
    }
  };
  const begun = performance.now();
  await Promise.all(Array.from({ length: WORKERS }, work));
  return (hashes / (performance.now() - begun)) * 1000;
}

export async function passwordStorm(
  users: number,
  scratch: string,
  { rounds, seconds }: Rounds,
): Promise<Finding[]> {
  const folder = mkdtempSync(path.join(scratch, 'passwords-'));
  cpSync(sqliteFolder({ users, ...HABITS }), folder, { recursive: true });
  const server = await startServer('minitter', {
    MINITTER_DATA_DIR: folder,
    BCRYPT_COST: String(COST),
    PASSWORD_WORKERS: String(WORKERS),
  });
  try {
    const requests = homeTimelines(users);
    await load(server.url, { requests, amount: requests.length });
    const reading = { requests, seconds, rate: READS_PER_SECOND, maySleep: true };
    const turns = [];
    for (let round = 0; round < rounds; round += 1) {
      const bare = await bareHashes(seconds);
      const idle = await load(server.url, reading);
      // Each sign-up hashes once, each log-in once: somebody new, who then logs in.
      const storm = load(server.url, { ...STORM, requests: people(round), seconds });
      const busy = await load(server.url, reading);
      const served = await storm;
      const alone = await load(server.url, { ...STORM, requests: people(rounds + round), seconds });
      turns.push({ bare, idle: idle.p99, busy: busy.p99, rate: alone.rate, during: served.rate });
    }
    const details = {
      'bare hashes/s': middle(turns.map(({ bare }) => bare)),
      'sign-ups and log-ins/s': middle(turns.map(({ rate }) => rate)),
      'p99 ms idle': middle(turns.map(({ idle }) => idle)),
      'p99 ms in the storm': middle(turns.map(({ busy }) => busy)),
    };
    return [
      fromRounds(
        {
          scenario: 7,
          what: `sign-ups and log-ins against bare bcrypt, cost ${COST}, ${WORKERS} worker(s)`,
          unit: '×',
          bar: { atLeast: 0.9 },
          details,
        },
        turns.map(({ rate, bare }) => rate / bare),
      ),
      fromRounds(
        {
          scenario: 7,
          what: `p99 of timelines during the storm, ${READS_PER_SECOND}/s offered`,
          unit: '×',
          bar: { atMost: 3 },
          details: {},
        },
        turns.map(({ idle, busy }) => busy / idle),
      ),
    ];
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true });
  }
}

/** Sign-ups, each followed by its log-in, of people nobody has seen before. */
function people(round: number) {
  const headers = { 'content-type': 'application/json' };
  return Array.from({ length: 2000 }, (_, n) => {
    const email = `storm-${round}-${Math.floor(n / 32)}-${n % 16}@example.com`;
    const person = { email, password: 'long walks in the rain', name: `Storm ${round} ${n}` };
    const isSignUp = Math.floor(n / 16) % 2 === 0;
    const path = isSignUp ? '/sign-up' : '/login';
    return { method: 'POST' as const, path, headers, body: JSON.stringify(person) };
  });
}
