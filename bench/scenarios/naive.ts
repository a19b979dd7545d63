/** Scenario 2: against the naive join, on the same engine and data. */
import { type Population, sqliteFolder } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load, type Request } from '../kit/load.ts';
import { startServer } from '../kit/server.ts';
import { HABITS, homeTimelines, middle, type Rounds } from './timelines.ts';

/** The naive join is asked for few viewers, or the first pass would take all day. */
const VIEWERS = 2000;
/** How often the join is asked for in a round: it takes from milliseconds to a tenth of a second. */
const JOINS = 96;

const naive = (requests: readonly Request[]) =>
  requests.map((request) => ({ ...request, path: '/bench/naive' }));

interface Against {
  readonly engine: string;
  readonly env: Readonly<Record<string, string>>;
  readonly population: Population;
  readonly atLeast: number;
  readonly rounds: Rounds;
}

async function against({ engine, env, population, atLeast, rounds }: Against): Promise<Finding[]> {
  const requests = homeTimelines(population.users, VIEWERS);
  const joins = naive(requests);
  const memory = await startServer('minitter', { TIMELINE_STORE: 'memory', ...env });
  try {
    const { seconds } = rounds;
    await load(memory.url, { requests, amount: requests.length });
    const turns: { timeline: number; join: number; joinP99: number; sql: number }[] = [];
    for (let round = 0; round < rounds.rounds; round += 1) {
      const timeline = await load(memory.url, { requests, seconds });
      const join = await load(memory.url, { requests: joins, amount: JOINS });
      turns.push({ timeline: timeline.rate, join: join.rate, joinP99: join.p99, sql: 0 });
    }
    await memory.stop();
    const plain = await startServer('minitter', { TIMELINE_STORE: 'sql', ...env });
    const sql = await load(plain.url, { requests, seconds });
    await plain.stop();
    const what =
      `home timelines against the naive join, ${engine}, ` +
      `${population.users.toLocaleString('en')} users × ${population.tweets} tweets`;
    return [
      fromRounds(
        {
          scenario: 2,
          what,
          unit: '×',
          bar: { atLeast },
          details: {
            'timelines/s': middle(turns.map((turn) => turn.timeline)),
            'naive/s': middle(turns.map((turn) => turn.join)),
            'naive p99 ms': middle(turns.map((turn) => turn.joinP99)),
            'sql store/s': middle([sql.rate]),
          },
        },
        turns.map((turn) => turn.timeline / turn.join),
      ),
    ];
  } finally {
    await memory.stop().catch(() => {});
  }
}

export function againstNaiveOnSqlite(users: number, rounds: Rounds): Promise<Finding[]> {
  const population = { users, ...HABITS };
  const env = { MINITTER_DATA_DIR: sqliteFolder(population) };
  return against({ engine: 'SQLite', env, population, atLeast: 8, rounds });
}

export function againstNaiveOnMariadb(
  url: string,
  population: Population,
  rounds: Rounds,
): Promise<Finding[]> {
  const env = { DATABASE_URL: url, MINITTER_DATA_DIR: '/nonexistent' };
  return against({ engine: 'MariaDB', env, population, atLeast: 100, rounds });
}
