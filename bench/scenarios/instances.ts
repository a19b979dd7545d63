/** Scenario 12: home timelines of one server, and of two that share a database and a Redis. */
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load, type Request } from '../kit/load.ts';
import { type Server, startServer } from '../kit/server.ts';
import { median, rounded } from '../kit/stats.ts';
import { homeTimelines, type Rounds } from './timelines.ts';

const CONNECTIONS = 32;

/** @param databaseUrl MySQL with `users` people in it */
export async function oneAndTwoInstances(
  databaseUrl: string,
  redisUrl: string,
  users: number,
  { rounds, seconds }: Rounds,
): Promise<Finding[]> {
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl };
  const servers = [await startServer('minitter', env), await startServer('minitter', env)];
  try {
    const requests = homeTimelines(users);
    // Everybody has read once, so that his list is in Redis.
    await load(servers[0]!.url, { requests, amount: requests.length });
    await rateOf(servers, requests, seconds);
    const turns: { one: number; two: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const one = await rateOf(servers.slice(0, 1), requests, seconds);
      turns.push({ one, two: await rateOf(servers, requests, seconds) });
    }
    return [
      fromRounds(
        {
          scenario: 12,
          what: `home timelines, two servers against one, MariaDB and Redis, ${users.toLocaleString('en')} users`,
          unit: '×',
          details: {
            'one, timelines/s': rounded(median(turns.map(({ one }) => one))),
            'two, timelines/s': rounded(median(turns.map(({ two }) => two))),
          },
        },
        turns.map(({ one, two }) => two / one),
      ),
    ];
  } finally {
    for (const server of servers) await server.stop();
  }
}

/** @returns requests per second of all together, over as many connections however many there are */
async function rateOf(
  servers: readonly Server[],
  requests: readonly Request[],
  seconds: number,
): Promise<number> {
  const connections = CONNECTIONS / servers.length;
  const measured = await Promise.all(
    servers.map(({ url }) => load(url, { requests, connections, seconds, maySleep: true })),
  );
  return measured.reduce((sum, { rate }) => sum + rate, 0);
}
