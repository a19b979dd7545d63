/** What may go wrong with a cluster, tried; each with a control that the checks must fail. */
import mysql from 'mysql2/promise';
import { setTimeout as sleep } from 'node:timers/promises';
import { clientOf, type Person } from '../../api/test/kit/app.ts';
import { differingTimelines, findTweets, pictureGoesFrom } from './checks.ts';
import { type Failure, Load, makePeople } from './load.ts';
import { type Cluster, type ClusterOptions, startCluster } from './machines.ts';
import { Storm } from './storm.ts';

/** How hard a drill is. */
export interface Hardness {
  /** Requests per second. */
  readonly rate: number;
  /** Seconds of load before, and after what happens. */
  readonly seconds: number;
}

export interface Outcome {
  readonly isGood: boolean;
  /** What was seen, as sentences. */
  readonly report: readonly string[];
}

/** Runs on a new cluster. With `isControl` something is wrong on purpose. */
type Drill = (folder: string, hardness: Hardness, isControl: boolean) => Promise<Outcome>;

const SERVERS = { BCRYPT_COST: '4', RATE_LIMITS: 'off' };
const PEOPLE = 40;
const FOLLOWS = 8;
/** After an instance died, the load balancer has to see it. */
const FAILURES_END_MS = 3000;
const WRITING_AGAIN_MS = 5000;
/** By then HAProxy has seen that a server was away: until then it calls it up. */
const NOTICED_MS = 1500;

export const DRILLS: Readonly<Record<string, Drill>> = {
  'rolling-restart': rollingRestart,
  'kill-instance': killInstance,
  'kill-database': killDatabase,
  'redis-freeze': redisFreeze,
  'same-timelines': sameTimelines,
};

/** Both instances are restarted one after the other; in the control they are killed. */
function rollingRestart(folder: string, { rate, seconds }: Hardness, isControl: boolean) {
  return onCluster({ folder }, async (cluster, people) => {
    const load = startLoad(cluster, { rate, people });
    await sleep(seconds * 1000);
    for (const [i, instance] of cluster.instances.entries()) {
      await instance.end(isControl ? 'SIGKILL' : 'SIGTERM');
      await instance.start();
      // In the control, too, nobody is hurried: what fails there fails for the kill.
      await sleep(NOTICED_MS);
      await cluster.takesBack(i);
    }
    await sleep(seconds * 1000);
    await load.stop();
    return {
      isGood: load.failures.length === 0,
      report: [`${load.sent} requests, ${load.failures.length} failed${summary(load.failures)}`],
    };
  });
}

/** One instance dies; in the control nobody looks whether it is there. */
function killInstance(folder: string, { rate, seconds }: Hardness, isControl: boolean) {
  return onCluster({ folder, isBlind: isControl }, async (cluster, people) => {
    const load = startLoad(cluster, { rate, people, retry: true });
    await sleep(seconds * 1000);
    const killedAt = Date.now();
    await cluster.instances[0]?.end('SIGKILL');
    await sleep(seconds * 1000 + 2 * FAILURES_END_MS);
    await load.stop();
    const lastMs = Math.max(0, ...load.failures.map(({ at }) => at - killedAt));
    const found = await findTweets(cluster.database.url, load.acknowledged.keys());
    return {
      isGood: lastMs < FAILURES_END_MS && found.missing === 0 && found.doubled === 0,
      report: [
        `${load.sent} requests, ${load.failures.length} failed${summary(load.failures)}`,
        `the last failure came ${lastMs} ms after the kill`,
        `${load.acknowledged.size} tweets acknowledged: ${found.missing} lost, ${found.doubled} doubled`,
      ],
    };
  });
}

/** The database dies and comes back; in the control it acknowledges what it has not written. */
function killDatabase(folder: string, { rate, seconds }: Hardness, isControl: boolean) {
  return onCluster({ folder, isForgetful: isControl }, async (cluster, people) => {
    const load = startLoad(cluster, { rate, people, retry: true });
    await sleep(seconds * 1000);
    await cluster.database.end('SIGKILL');
    const before = load.acknowledged.size;
    await sleep(1000);
    await cluster.database.start();
    const backAt = Date.now();
    await sleep(seconds * 1000 + WRITING_AGAIN_MS);
    await load.stop();
    const later = [...load.acknowledged.values()].slice(before).filter((at) => at > backAt);
    const againMs = later.length > 0 ? Math.min(...later) - backAt : Number.POSITIVE_INFINITY;
    const found = await findTweets(cluster.database.url, load.acknowledged.keys());
    return {
      isGood: againMs < WRITING_AGAIN_MS && found.missing === 0 && found.doubled === 0,
      report: [
        `${load.sent} requests, ${load.failures.length} failed${summary(load.failures)}`,
        `writing again ${againMs} ms after the database was back`,
        `${load.acknowledged.size} tweets acknowledged: ${found.missing} lost, ${found.doubled} doubled`,
      ],
    };
  });
}

/** Redis stands still twice, and is emptied; in the control people only believe they unfollowed. */
function redisFreeze(folder: string, { seconds }: Hardness, isControl: boolean) {
  return onCluster({ folder }, async (cluster, people) => {
    const urls = cluster.instances.map(({ url }) => url);
    const [authors, readers] = [people.slice(0, 4), people.slice(20, 26)];
    await unfollowAll(cluster, readers);
    const storm = new Storm('storm', { urls, authors, readers, forgetsUnfollows: isControl });
    storm.start();
    for (let n = 0; n < 2; n += 1) {
      await sleep(seconds * 500);
      cluster.redis.signal('SIGSTOP');
      await sleep(seconds * 500);
      cluster.redis.signal('SIGCONT');
    }
    await sleep(seconds * 500);
    const { looks, wrong, failed } = await storm.stop();
    return {
      isGood: looks > 0 && wrong === 0 && failed === 0,
      report: [`${looks} looks at a timeline: ${wrong} wrong, ${failed} requests failed`],
    };
  });
}

/** In the control a tweet comes into the tables of which no server knows. */
function sameTimelines(folder: string, { rate, seconds }: Hardness, isControl: boolean) {
  return onCluster({ folder }, async (cluster, people) => {
    const load = startLoad(cluster, { rate, people });
    await sleep(seconds * 1000);
    await load.stop();
    if (isControl) await slipIn(cluster, people[0] as Person);
    const urls = cluster.instances.map(({ url }) => url);
    const differing = await differingTimelines(cluster.database.url, urls, people);
    const isPictureThere = await pictureGoesFrom(urls[0] ?? '', urls[1] ?? '', people[0] as Person);
    return {
      isGood: differing === 0 && load.acknowledged.size > 0 && isPictureThere,
      report: [
        `${load.acknowledged.size} tweets; ${people.length} timelines on both servers and in the ` +
          `tables: ${differing} differ`,
        `a picture given to one server is ${isPictureThere ? '' : 'not '}shown by the other`,
      ],
    };
  });
}

async function onCluster(
  options: Omit<ClusterOptions, 'env'>,
  drill: (cluster: Cluster, people: Person[]) => Promise<Outcome>,
): Promise<Outcome> {
  const cluster = await startCluster({ ...options, env: SERVERS });
  try {
    return await drill(cluster, await makePeople(cluster.url, PEOPLE, FOLLOWS));
  } finally {
    await cluster.stop();
  }
}

function startLoad(
  cluster: Cluster,
  options: { rate: number; people: readonly Person[]; retry?: boolean },
): Load {
  const load = new Load(cluster.url, { ...options, readsOfTen: 9 });
  load.start();
  return load;
}

async function unfollowAll(cluster: Cluster, readers: readonly Person[]): Promise<void> {
  const connection = await mysql.createConnection(cluster.database.url);
  try {
    for (const reader of readers) {
      const [rows] = await connection.query<mysql.RowDataPacket[]>(
        'SELECT follow_user_id AS id FROM users_follow_list WHERE user_id = ?',
        [reader.id],
      );
      for (const { id } of rows) {
        await clientOf(cluster.url).call('POST /unfollow', { as: reader, json: { unfollow: id } });
      }
    }
  } finally {
    await connection.end();
  }
}

/** A tweet behind the servers' backs. */
async function slipIn(cluster: Cluster, author: Person): Promise<void> {
  const connection = await mysql.createConnection(cluster.database.url);
  try {
    await connection.query(
      `INSERT INTO tweets (id, user_id, tweet, visibility, created_at)
       SELECT MAX(id) + 1, ?, 'slipped in', 0, 0 FROM tweets`,
      [author.id],
    );
  } finally {
    await connection.end();
  }
}

/** ` (12 × 502, 3 × ECONNRESET)` */
function summary(failures: readonly Failure[]): string {
  const kinds = Map.groupBy(failures, ({ what }) => what);
  const parts = [...kinds].map(([what, some]) => `${some.length} × ${what}`);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
