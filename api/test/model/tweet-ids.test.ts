import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StoreUnavailable } from '../../src/model/database.ts';
import { LeaseDao } from '../../src/model/leases.ts';
import { NodeLease } from '../../src/model/node-lease.ts';
import { SharedClock } from '../../src/model/shared-clock.ts';
import { NODES, TWEET_EPOCH_MS, TweetIds, timeOfTweetId } from '../../src/model/tweet-ids.ts';
import { atEnd } from '../kit/at-end.ts';
import { describeOnEngines, ENGINES, freshStore } from '../kit/engines.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

const idsOf = (count: number, ids: TweetIds) => Array.from({ length: count }, () => ids.next());

function assertRising(ids: readonly number[]): void {
  for (const [i, id] of ids.entries()) {
    assert.ok(Number.isSafeInteger(id));
    assert.ok(i === 0 || id > (ids[i - 1] ?? 0), `${id} comes after ${ids[i - 1]}`);
  }
}

test('ids rise while the clock stands still, runs on, and runs back', () => {
  let now = NOON;
  const ids = new TweetIds({ node: () => 3, above: 0, now: () => now });

  const all = idsOf(1000, ids);
  now += 5;
  all.push(...idsOf(10, ids));
  now -= 60_000;
  all.push(...idsOf(10, ids));

  assertRising(all);
});

test('an id tells its time and its node', () => {
  const ids = new TweetIds({ node: () => 31, above: 0, now: () => NOON });
  const id = ids.next();

  assert.equal(timeOfTweetId(id), NOON);
  assert.equal(Math.floor(id / 128) % NODES, 31);
});

test('ids start above the highest there is, even if that is from the future', () => {
  const future = new TweetIds({ node: () => 31, above: 0, now: () => NOON + 86_400_000 });
  const above = idsOf(128, future).at(-1) ?? 0;

  const ids = new TweetIds({ node: () => 0, above, now: () => NOON });

  assertRising([above, ...idsOf(300, ids)]);
});

test('two nodes never give the same id', () => {
  const all = [0, 1].flatMap((node) =>
    idsOf(2000, new TweetIds({ node: () => node, above: 0, now: () => NOON })),
  );
  assert.equal(new Set(all).size, 4000);
});

test('ids fit a JSON number until 2094', () => {
  const ids = new TweetIds({ node: () => 31, above: 0, now: () => Date.UTC(2094, 0, 1) });
  assert.ok(Number.isSafeInteger(idsOf(128, ids).at(-1)));
  assert.equal(new Date(TWEET_EPOCH_MS).toISOString(), '2025-01-01T00:00:00.000Z');
});

test('without a node there is no id', () => {
  const node = () => {
    throw new StoreUnavailable('no node');
  };
  assert.throws(() => new TweetIds({ node, above: 0, now: Date.now }).next(), StoreUnavailable);
});

describeOnEngines('a lease', (engine) => {
  test('is held by one until it runs out or is given back', async (t) => {
    const leases = new LeaseDao(await freshStore(t, engine));

    assert.equal(await leases.acquire('job', 'ada', 1000, 500), true);
    assert.equal(await leases.acquire('job', 'grace', 1499, 500), false);
    assert.equal(await leases.acquire('job', 'ada', 1400, 500), true, 'the holder renews');
    assert.equal(await leases.acquire('job', 'grace', 1500, 500), false);
    assert.equal(await leases.acquire('job', 'grace', 1900, 500), true, 'it has run out');
    await leases.release('job', 'ada');
    assert.equal(
      await leases.acquire('job', 'ada', 2000, 500),
      false,
      'only its holder gives back',
    );
    await leases.release('job', 'grace');
    assert.equal(await leases.acquire('job', 'ada', 2000, 500), true);
  });
});

if (ENGINES.includes('mysql')) {
  test('instances that share a database get different nodes, and no more than there are', async (t) => {
    const store = await freshStore(t, 'mysql');
    const take = () => NodeLease.take(store, Date.now);
    const leases: NodeLease[] = [];
    atEnd(t, () => Promise.all(leases.map((lease) => lease.release())));
    for (let n = 0; n < NODES; n += 1) leases.push(await take());

    assert.equal(new Set(leases.map((lease) => lease.node())).size, NODES);
    await assert.rejects(take(), { message: /^All 32 node numbers are taken/ });

    await leases.pop()?.release();
    leases.push(await take());
    assert.equal(leases.at(-1)?.node(), 31);
  });

  test('a node whose lease has run out gives no ids', async (t) => {
    const store = await freshStore(t, 'mysql');
    let now = NOON;
    const lease = await NodeLease.take(store, () => now);
    atEnd(t, () => lease.release());

    assert.equal(lease.node(), 0);
    now += 60_000;
    assert.throws(() => lease.node(), StoreUnavailable);
  });

  test('the shared clock is the database’s', async (t) => {
    const store = await freshStore(t, 'mysql');
    const anHourAhead = Object.create(store, {
      now: { value: async () => Date.now() + 3_600_000 },
    }) as typeof store;
    const clock = await SharedClock.start(anHourAhead);
    atEnd(t, () => clock.stop());

    assert.ok(Math.abs(clock.now() - Date.now() - 3_600_000) < 60_000);
    assert.ok(Math.abs((await store.now()) - Date.now()) < 60_000);
  });
}
