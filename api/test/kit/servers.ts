/** Several servers at one database. */
import type { TestContext } from 'node:test';
import { startAppWith, type TestApp, testConfig } from './app.ts';
import { freshDatabase } from './engines.ts';

/** Servers that share a new database and a Redis. */
export async function startServers(
  t: TestContext,
  redisUrl: string,
  count = 2,
): Promise<TestApp[]> {
  const database = await freshDatabase(t, 'mysql');
  const servers: TestApp[] = [];
  for (let n = 0; n < count; n += 1) {
    const config = testConfig(t, {
      DATABASE_URL: 'mysql://in.its.place/x',
      REDIS_URL: redisUrl,
      MINITTER_SECRET: 'the same secret on all of the servers',
    });
    servers.push(await startAppWith(t, { ...config, database }));
  }
  return servers;
}
