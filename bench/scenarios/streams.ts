/** Scenario 14: how soon those who are connected see a tweet. */
import { once } from 'node:events';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { WebSocket } from 'ws';
import { sqliteFolder, tokenOf } from '../kit/data.ts';
import { type Finding, fromRounds } from '../kit/findings.ts';
import { startServer } from '../kit/server.ts';
import { percentile, rounded } from '../kit/stats.ts';
import { HABITS, middle } from './timelines.ts';

/** Connections that are opened side by side. */
const AT_ONCE = 50;
/** Tweets of one round. */
const TWEETS = 10;

/** Somebody with many followers, and as many of them as are wanted. */
function authorOf(folder: string, followers: number): { author: number; followers: number[] } {
  const db = new DatabaseSync(path.join(folder, 'minitter.db'), { readOnly: true });
  const [author] = db
    .prepare(
      `SELECT follow_user_id AS id, COUNT(*) AS followers FROM users_follow_list
       GROUP BY follow_user_id HAVING followers >= ? ORDER BY followers LIMIT 1`,
    )
    .all(followers);
  if (!author) throw new Error(`nobody has ${followers} followers`);
  const rows = db
    .prepare('SELECT user_id AS id FROM users_follow_list WHERE follow_user_id = ? LIMIT ?')
    .all(author['id'] as number, followers);
  db.close();
  return { author: author['id'] as number, followers: rows.map(({ id }) => id as number) };
}

/** Connects all of them to their home timelines. */
async function connectAll(url: string, userIds: readonly number[]): Promise<WebSocket[]> {
  const sockets: WebSocket[] = [];
  for (let i = 0; i < userIds.length; i += AT_ONCE) {
    const some = userIds.slice(i, i + AT_ONCE).map((id) => {
      const query = `stream=user&access_token=${tokenOf(id)}`;
      return new WebSocket(`${url.replace('http', 'ws')}/api/v1/streaming?${query}`);
    });
    await Promise.all(some.map((socket) => once(socket, 'open')));
    sockets.push(...some);
  }
  return sockets;
}

/** Tweets, and waits until all have heard of it. @returns how long each waited after the answer, in ms */
async function delays(url: string, author: number, sockets: readonly WebSocket[]) {
  const arrivals = sockets.map(async (socket) => {
    await once(socket, 'message');
    return performance.now();
  });
  const answer = await fetch(`${url}/api/v1/statuses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokenOf(author)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'Everybody who is connected hears of this' }),
  });
  const answeredAt = performance.now();
  if (!answer.ok) throw new Error(`the tweet was refused: ${answer.status}`);
  await answer.arrayBuffer();
  return (await Promise.all(arrivals)).map((at) => Math.max(0, at - answeredAt));
}

/** @param scratch where a copy of the data may be written to */
export async function streamDelays(
  { users, followers }: { readonly users: number; readonly followers: number },
  scratch: string,
  rounds: number,
): Promise<Finding[]> {
  const folder = path.join(scratch, 'streams');
  cpSync(sqliteFolder({ users, ...HABITS }), folder, { recursive: true });
  const chosen = authorOf(folder, followers);
  const server = await startServer('minitter', { MINITTER_DATA_DIR: folder });
  try {
    const sockets = await connectAll(server.url, chosen.followers);
    await delays(server.url, chosen.author, sockets);
    const turns: number[][] = [];
    for (let round = 0; round < rounds; round += 1) {
      const turn: number[] = [];
      for (let tweet = 0; tweet < TWEETS; tweet += 1) {
        turn.push(...(await delays(server.url, chosen.author, sockets)));
      }
      turns.push(turn);
    }
    for (const socket of sockets) socket.terminate();
    return [
      fromRounds(
        {
          scenario: 14,
          what: `p99 from a tweet's answer to ${followers.toLocaleString('en')} connected followers`,
          unit: 'ms',
          bar: { atMost: 200 },
          details: {
            'p50 ms': middle(turns.map((turn) => percentile(turn, 0.5))),
            'most ms': rounded(Math.max(...turns.flat())),
          },
        },
        turns.map((turn) => percentile(turn, 0.99)),
      ),
    ];
  } finally {
    await server.stop();
  }
}
