/** What a drill looks at afterwards. */
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { clientOf, type Person } from '../../api/test/kit/app.ts';
import { formOf, pngOf } from '../../api/test/kit/http-pictures.ts';

/** What became of tweets. */
export interface Found {
  readonly missing: number;
  readonly doubled: number;
}

/** Looks for tweets in the tables themselves. */
export async function findTweets(databaseUrl: string, texts: Iterable<string>): Promise<Found> {
  const connection = await mysql.createConnection(databaseUrl);
  try {
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT tweet, COUNT(*) AS count FROM tweets GROUP BY tweet',
    );
    const counts = new Map(rows.map((row) => [String(row['tweet']), Number(row['count'])]));
    return {
      missing: [...texts].filter((text) => !counts.has(text)).length,
      doubled: [...counts.values()].filter((count) => count > 1).length,
    };
  } finally {
    await connection.end();
  }
}

/** The ids on somebody's home timeline, by the definition. */
async function byDefinition(connection: mysql.Connection, userId: number): Promise<string> {
  const [rows] = await connection.query<RowDataPacket[]>(
    `SELECT tweets.tweet FROM tweets JOIN users ON users.id = tweets.user_id
     WHERE users.state = 'active' AND tweets.visibility < 3 AND tweets.reblog_of_id IS NULL
       AND (tweets.user_id = ? OR tweets.user_id IN
         (SELECT follow_user_id FROM users_follow_list WHERE user_id = ?))
     ORDER BY tweets.id DESC LIMIT 20`,
    [userId, userId],
  );
  return JSON.stringify(rows.map((row) => row['tweet']));
}

/** How many timelines differ among servers, or from the tables. */
export async function differingTimelines(
  databaseUrl: string,
  urls: readonly string[],
  people: readonly Person[],
): Promise<number> {
  const connection = await mysql.createConnection(databaseUrl);
  let differing = 0;
  try {
    for (const person of people) {
      const wanted = await byDefinition(connection, person.id);
      const answers = await Promise.all(urls.map((url) => homeOf(url, person)));
      if (answers.some((answer) => JSON.stringify(answer) !== wanted)) differing += 1;
    }
    return differing;
  } finally {
    await connection.end();
  }
}

/** Whether a profile picture that is uploaded to one server is shown by another. */
export async function pictureGoesFrom(one: string, other: string, as: Person): Promise<boolean> {
  const raw = formOf(['profile-pic', await pngOf('teal')]);
  const uploaded = await clientOf(one).call('POST /profile-picture', { as, raw });
  const shown = await clientOf(other).call(`GET /profile-picture/${as.id}`);
  const type = shown.headers.get('content-type') ?? '';
  return uploaded.status === 200 && shown.status === 200 && type.startsWith('image/');
}

/** The texts of somebody's home timeline. @throws {Error} unless the answer is 200 */
export async function homeOf(url: string, as: Person, limit = 20): Promise<string[]> {
  const { status, body, text } = await clientOf(url).call(`GET /timeline?limit=${limit}`, { as });
  if (status !== 200) throw new Error(`GET /timeline: ${status} ${text}`);
  return body.timeline.map(({ tweet }: { tweet: string }) => tweet);
}
