/** Redis: whether it is there, new enough, and forgets what it has no room for. */
import { once } from 'node:events';
import { makeClient, OLDEST_VERSION, type RedisClient } from '../../adapter/redis/link.ts';
import type { Config } from '../../config.ts';
import { type Finding, ok, warning } from './finding.ts';

type Subject = Pick<Config, 'database' | 'redisUrls'>;

const ANSWER_MS = 3000;

/** Only warnings: servers go on without it. */
export async function checkRedis({ database, redisUrls }: Subject): Promise<readonly Finding[]> {
  if (!redisUrls) return [ok(withoutRedis(database.engine))];
  const client = await makeClient(redisUrls);
  try {
    await untilReady(client);
    return [findingOf(await client.info())];
  } catch (error) {
    return [
      warning(
        `Redis at ${hostsOf(redisUrls)} cannot be used: ${(error as Error).message}.`,
        'Check REDIS_URL. Until then timelines come from the database, and each server counts log-ins for itself.',
      ),
    ];
  } finally {
    client.disconnect();
  }
}

function withoutRedis(engine: Config['database']['engine']): string {
  return engine === 'sqlite'
    ? 'None is needed with SQLite.'
    : 'REDIS_URL is not set: timelines come from the database.';
}

/** @throws {Error} that says why it could not connect, when it does not within a while */
async function untilReady(client: RedisClient): Promise<void> {
  let reason = `no answer within ${ANSWER_MS / 1000} s`;
  client.on('error', (error: Error & { lastNodeError?: Error }) => {
    reason = (error.lastNodeError ?? error).message || reason;
  });
  try {
    await once(client, 'ready', { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw new Error(reason);
  }
}

/** @param info what Redis says of itself: https://redis.io/docs/latest/commands/info/ */
function findingOf(info: string): Finding {
  const value = (name: string) => new RegExp(`^${name}:(\\S*)`, 'm').exec(info)?.[1] ?? '';
  const version = value('redis_version');
  if (Number.parseInt(version, 10) < OLDEST_VERSION) {
    return warning(
      `It is Redis ${version}, which is not used.`,
      `Take ${OLDEST_VERSION} or newer.`,
    );
  }
  if (Number(value('maxmemory')) > 0 && value('maxmemory_policy') === 'noeviction') {
    return warning(
      `Redis ${version} answers, and will refuse what is new when it is full.`,
      'Set maxmemory-policy allkeys-lru: it holds nothing that cannot be built again.',
    );
  }
  return ok(`Redis ${version} answers.`);
}

/** Without passwords. */
const hostsOf = (urls: readonly string[]) => urls.map((url) => new URL(url).host).join(', ');
