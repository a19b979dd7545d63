/** Scenario 8: what every request costs before it does anything. */
import { sqliteFolder, tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { load } from '../kit/load.ts';
import { drive, type Driven, startServer } from '../kit/server.ts';
import { clockDetails, HABITS, type Rounds } from './timelines.ts';

export async function wholePipeline({ rounds, seconds }: Rounds): Promise<Finding[]> {
  const folder = sqliteFolder({ users: 1000, ...HABITS });
  const server = await startServer('minitter', { MINITTER_DATA_DIR: folder });
  const bare = await startServer('bare');
  try {
    const headers = { authorization: tokenOf(1) };
    // So that the token is known.
    await load(server.url, { requests: [{ path: '/timeline', headers }], seconds: 1 });
    const requests = [{ path: '/bench/tiny?limit=20', headers }];
    const turns: { whole: Driven; bare: Driven }[] = [];
    for (let round = 0; round < rounds; round += 1) {
      turns.push({
        bare: await drive(bare, { requests, seconds }),
        whole: await drive(server, { requests, seconds }),
      });
    }
    const details = clockDetails('bare node:http', 'whole pipeline', {
      one: turns.map((turn) => turn.bare),
      other: turns.map((turn) => turn.whole),
    });
    return [
      fromRounds(
        {
          scenario: 8,
          what: 'the whole pipeline on a tiny reply against bare node:http',
          unit: '×',
          bar: { atLeast: 0.85 },
          details,
        },
        turns.map((turn) => turn.whole.perCpuSecond / turn.bare.perCpuSecond),
      ),
    ];
  } finally {
    await server.stop();
    await bare.stop();
  }
}
