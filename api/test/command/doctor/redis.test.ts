import { test } from 'node:test';
import { checkRedis } from '../../../src/command/doctor/redis.ts';
import { loadConfig } from '../../../src/config.ts';
import { freePort } from '../../kit/process.ts';
import { startRedis } from '../../kit/redis.ts';
import { assertFinding } from './findings.ts';

const MYSQL = { DATABASE_URL: 'mysql://somebody:secret@db.example/minitter' };
const check = (env: Record<string, string>) => checkRedis(loadConfig(env));

test('no Redis is fine, with either database', async () => {
  assertFinding(await check({}), 'ok', /None is needed/);
  assertFinding(await check(MYSQL), 'ok', /timelines come from the database/);
});

test('a Redis that answers is fine, unless it keeps what it has when it is full', async (t) => {
  const redis = await startRedis(t);
  const env = { ...MYSQL, REDIS_URL: redis.url };
  assertFinding(await check(env), 'ok', /^Redis \d[\d.]* answers\.$/);

  await redis.command('CONFIG', 'SET', 'maxmemory', '64mb');
  assertFinding(await check(env), 'warning', /will refuse what is new/);
  await redis.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru');
  assertFinding(await check(env), 'ok', /answers/);
});

test('a Redis that is not there, or stands still, is a warning without its password', async (t) => {
  const port = await freePort();
  const away = { ...MYSQL, REDIS_URL: `redis://:hunter2@127.0.0.1:${port}` };
  assertFinding(
    await check(away),
    'warning',
    new RegExp(`^Redis at 127\\.0\\.0\\.1:${port} cannot be used: .*ECONNREFUSED[^@]*\\.$`),
  );

  const redis = await startRedis(t);
  redis.freeze();
  assertFinding(await check({ ...MYSQL, REDIS_URL: redis.url }), 'warning', /no answer within 3 s/);
});
