import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { type Dialect, mysqlDialect, sqliteDialect } from '../../src/model/dialect.ts';
import { SharedClock } from '../../src/model/shared-clock.ts';
import { atEnd } from '../kit/at-end.ts';
import { until } from '../kit/model-until.ts';

const NOON = Date.UTC(2026, 10, 23, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A clock beside a database whose clock is `ahead.ms` ahead; this machine's time is the test's. */
async function setUp(t: TestContext, dialect: Dialect = mysqlDialect) {
  t.mock.timers.enable({ apis: ['Date', 'setInterval'], now: NOON });
  const database = {
    ahead: HOUR,
    travelMs: 0,
    /** How long each answer takes, where it is not as long as its question. */
    backMs: [] as number[],
    isAway: false,
    questions: 0,
  };
  const now = async () => {
    database.questions += 1;
    if (database.isAway) throw new Error('away');
    const backMs = database.backMs.shift() ?? database.travelMs;
    if (backMs === 0) return Date.now() + database.ahead;
    t.mock.timers.setTime(Date.now() + database.travelMs);
    const theirs = Date.now() + database.ahead;
    t.mock.timers.setTime(Date.now() + backMs);
    return theirs;
  };
  const start = async () => {
    const clock = await SharedClock.start({ dialect, now } as unknown as Store);
    atEnd(t, () => clock.stop());
    return clock;
  };
  return { database, start, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('the shared clock is the database’s, however long the question travels', async (t) => {
  const { database, start } = await setUp(t);
  database.travelMs = 200;

  const clock = await start();

  assert.equal(clock.now(), Date.now() + HOUR);
});

test('of several answers the shared clock believes the quickest', async (t) => {
  const { database, start } = await setUp(t);
  // Half-way is a bad guess where only the way back takes long.
  database.backMs = [400, 300, 1, 200];

  const clock = await start();

  assert.equal(clock.now(), Date.now() + HOUR);
  assert.equal(database.questions, 3);
});

test('the shared clock follows the database’s from minute to minute', async (t) => {
  const { database, start, pass } = await setUp(t);
  const clock = await start();

  database.ahead = -HOUR;
  pass(MINUTE);

  await until(() => clock.now() === Date.now() - HOUR);
});

test('a database that is away does not stop the clock', async (t) => {
  const { database, start, pass } = await setUp(t);
  const clock = await start();

  database.isAway = true;
  pass(MINUTE);
  await until(() => database.questions === 2);
  assert.equal(clock.now(), Date.now() + HOUR);

  Object.assign(database, { isAway: false, ahead: 2 * HOUR });
  pass(MINUTE);
  await until(() => clock.now() === Date.now() + 2 * HOUR);
});

test('a clock that is stopped asks no more', async (t) => {
  const { database, start, pass } = await setUp(t);
  const clock = await start();

  clock.stop();
  pass(10 * MINUTE);

  assert.equal(database.questions, 1);
});

test('with an SQLite file the clock is this machine’s', async (t) => {
  const { start } = await setUp(t, sqliteDialect);
  assert.equal((await start()).now(), NOON);
});
