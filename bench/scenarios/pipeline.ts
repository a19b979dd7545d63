/** Scenario 8: what every request costs before it does anything. */
import { sqliteFolder, tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load } from '../kit/load.ts';
import { startServer } from '../kit/server.ts';
import { HABITS, middle, type Rounds } from './timelines.ts';

export async function wholePipeline({ rounds, seconds }: Rounds): Promise<Finding[]> {
  const folder = sqliteFolder({ users: 1000, ...HABITS });
  const server = await startServer('minitter', { MINITTER_DATA_DIR: folder });
  const bare = await startServer('bare');
  try {
    const headers = { authorization: tokenOf(1) };
    // So that the token is known.
    await load(server.url, { requests: [{ path: '/timeline', headers }], seconds: 1 });
    const requests = [{ path: '/bench/tiny?limit=20', headers }];
    const turns: { whole: number; bare: number }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      turns.push({
        bare: (await load(bare.url, { requests, seconds })).rate,
        whole: (await load(server.url, { requests, seconds })).rate,
      });
    }
    const details = {
      'bare node:http/s': middle(turns.map((turn) => turn.bare)),
      'whole pipeline/s': middle(turns.map((turn) => turn.whole)),
    };
    return [
      fromRounds(
        {
          scenario: 8,
          what: 'the whole pipeline on a tiny reply against bare node:http',
          unit: '×',
          bar: { atLeast: 0.85 },
          details,
        },
        turns.map((turn) => turn.whole / turn.bare),
      ),
    ];
  } finally {
    await server.stop();
    await bare.stop();
  }
}
