/** Scenario 10: reading and writing as people do. */
import { tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load, type Measured, type Request, shuffled } from '../kit/load.ts';
import { startServer } from '../kit/server.ts';
import { middle, type Rounds } from './timelines.ts';

/** 60% home timelines, 30% timelines of one user, 10% tweets. */
function mixed(users: number): Request[] {
  return shuffled(users).map((id, n) => {
    const headers = { authorization: tokenOf(id) };
    if (n % 10 < 6) return { path: '/timeline?limit=20', headers };
    if (n % 10 < 9) return { path: `/timeline/${id}?limit=20` };
    const body = JSON.stringify({ tweet: `Number ${n} has something to say today` });
    const json = { ...headers, 'content-type': 'application/json' };
    return { method: 'POST', path: '/tweet', headers: json, body };
  });
}

export async function mix(
  engine: string,
  users: number,
  env: Readonly<Record<string, string>>,
  { rounds, seconds }: Rounds,
): Promise<Finding[]> {
  const server = await startServer('minitter', env);
  try {
    const requests = mixed(users);
    await load(server.url, { requests, seconds });
    const turns: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      turns.push(await load(server.url, { requests, seconds }));
    }
    return [
      fromRounds(
        {
          scenario: 10,
          what: `60% home, 30% one user's, 10% tweets, ${engine}, ${users.toLocaleString('en')} users`,
          unit: 'requests/s',
          details: {
            'p50 ms': middle(turns.map(({ p50 }) => p50)),
            'p99 ms': middle(turns.map(({ p99 }) => p99)),
            'p99.9 ms': middle(turns.map(({ p999 }) => p999)),
          },
        },
        turns.map(({ rate }) => rate),
      ),
    ];
  } finally {
    await server.stop();
  }
}
