import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stopTimes } from '../../src/command/stop.ts';
import { loadConfig } from '../../src/config.ts';

const MYSQL = { DATABASE_URL: 'mysql://ada:pw@db.example/minitter' };
const timesOf = (env: Record<string, string>, isTerminal = false) =>
  stopTimes(loadConfig(env), isTerminal);

test('load balancers get time to notice where there may be some, unless it is set otherwise', () => {
  assert.equal(timesOf(MYSQL).delayMs, 5000);
  assert.equal(timesOf(MYSQL, true).delayMs, 0);
  assert.equal(timesOf({}).delayMs, 0);
  assert.equal(timesOf({ SHUTDOWN_DELAY_SECONDS: '7' }, true).delayMs, 7000);
  assert.equal(timesOf({ ...MYSQL, SHUTDOWN_DELAY_SECONDS: '0' }).delayMs, 0);
  assert.equal(timesOf({ ...MYSQL, SHUTDOWN_TIMEOUT_SECONDS: '4' }).delayMs, 2000);
});

test('requests under way are cut off before the end, and after the delay', () => {
  assert.deepEqual(timesOf({}), { delayMs: 0, cutMs: 20_000, timeoutMs: 25_000 });
  assert.deepEqual(timesOf(MYSQL), { delayMs: 5000, cutMs: 21_000, timeoutMs: 25_000 });
});
