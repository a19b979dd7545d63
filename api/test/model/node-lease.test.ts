import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type Store, StoreUnavailable } from '../../src/model/database.ts';
import { NodeLease } from '../../src/model/node-lease.ts';
import { atEnd } from '../kit/at-end.ts';
import { ENGINES, freshStore } from '../kit/engines.ts';
import { until } from '../kit/model-until.ts';

const SECOND = 1000;
/** How often a lease is renewed. */
const RENEWAL = 15 * SECOND;

/** A clock and a timer that move when told to. */
async function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const store = await freshStore(t, 'mysql');
  const clock = { now: Date.UTC(2026, 0, 1) };
  const take = async (from: Store = store) => {
    const lease = await NodeLease.take(from, () => clock.now);
    atEnd(t, () => lease.release());
    return lease;
  };
  return { store, clock, take, renewAll: () => t.mock.timers.tick(RENEWAL) };
}

/** The same store, which can be away. */
function interruptible(store: Store) {
  const line = { isCut: false };
  const write: Store['write'] = (unit) =>
    line.isCut ? Promise.reject(new StoreUnavailable('away')) : store.write(unit);
  return { line, store: Object.create(store, { write: { value: write } }) as Store };
}

test('the one server of an SQLite file has node 0 for good', async (t) => {
  const store = await freshStore(t, 'sqlite');
  let now = 0;
  const lease = await NodeLease.take(store, () => now);

  assert.equal(lease.node(), 0);
  now = Number.MAX_SAFE_INTEGER;
  assert.equal(lease.node(), 0);
  await lease.release();
});

if (ENGINES.includes('mysql')) {
  test('a lease that is renewed in time holds on', async (t) => {
    const { clock, take, renewAll } = await setUp(t);
    const lease = await take();

    clock.now += 50 * SECOND;
    renewAll();
    clock.now += 20 * SECOND;

    await until(() => lease.node() === 0);
    clock.now += 40 * SECOND;
    assert.throws(() => lease.node(), StoreUnavailable, 'a minute after the renewal it is over');
  });

  test('who finds his number taken gets another', async (t) => {
    const { clock, take, renewAll } = await setUp(t);
    const late = await take();
    clock.now += 60 * SECOND;
    const quick = await take();
    assert.equal(quick.node(), 0, 'the first number was free again');
    assert.throws(() => late.node(), StoreUnavailable);

    renewAll();

    await until(() => late.node() === 1);
    assert.equal(quick.node(), 0);
  });

  test('while the database is away a number lasts as long as its lease, and comes back', async (t) => {
    const { store, clock, take, renewAll } = await setUp(t);
    const { line, store: flaky } = interruptible(store);
    const lease = await take(flaky);

    line.isCut = true;
    renewAll();
    clock.now += 59 * SECOND;
    assert.equal(lease.node(), 0);
    clock.now += SECOND;
    assert.throws(() => lease.node(), StoreUnavailable);

    line.isCut = false;
    renewAll();
    await until(() => lease.node() === 0);
  });

  test('servers that start at the same moment get different numbers', async (t) => {
    const { take } = await setUp(t);
    const leases = await Promise.all(Array.from({ length: 8 }, () => take()));
    assert.equal(new Set(leases.map((lease) => lease.node())).size, 8);
  });
}
