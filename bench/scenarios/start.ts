/** Scenario 9: from nothing to the first answers, with a large database. */
import { sqliteFolder, tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { startServer } from '../kit/server.ts';
import { HABITS } from './timelines.ts';

export async function coldStart(users: number, rounds: number): Promise<Finding[]> {
  const folder = sqliteFolder({ users, ...HABITS });
  const turns: { ping: number; first: number; other: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const begun = performance.now();
    const server = await startServer('minitter', { MINITTER_DATA_DIR: folder });
    await fetch(`${server.url}/ping`);
    const ping = performance.now() - begun;
    const timeline = async (id: number) => {
      const asked = performance.now();
      const answer = await fetch(`${server.url}/timeline?limit=20`, {
        headers: { authorization: tokenOf(id) },
      });
      await answer.text();
      return performance.now() - asked;
    };
    const first = await timeline(1 + ((round * 7919) % users));
    turns.push({ ping, first, other: await timeline(2 + ((round * 7919) % users)) });
    await server.stop();
  }
  const what = `with ${users.toLocaleString('en')} users on disk`;
  return [
    fromRounds(
      { scenario: 9, what: `start to /ping ${what}`, unit: 's', bar: { atMost: 2 }, details: {} },
      turns.map(({ ping }) => ping / 1000),
    ),
    fromRounds(
      {
        scenario: 9,
        what: `first cold timeline ${what}`,
        unit: 'ms',
        bar: { atMost: 50 },
        details: { 'the next one ms': turns.map(({ other }) => Math.round(other * 10) / 10) },
      },
      turns.map(({ first }) => first),
    ),
  ];
}
