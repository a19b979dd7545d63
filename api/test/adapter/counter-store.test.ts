import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { MemoryCounterStore } from '../../src/adapter/counter-store/memory.ts';
import { RedisCounterStore } from '../../src/adapter/counter-store/redis.ts';
import type { CounterStore } from '../../src/service/ports.ts';
import { openLink, startRedis } from '../kit/redis.ts';

/** A store, and a way to let time pass in it. */
interface Subject {
  readonly counters: CounterStore;
  readonly pass: (ms: number) => Promise<void>;
}

const STORES: Record<string, (t: TestContext) => Promise<Subject>> = {
  memory: async () => {
    let now = 1000;
    const pass = async (ms: number) => {
      now += ms;
    };
    return { counters: new MemoryCounterStore(() => now), pass };
  },
  redis: async (t) => {
    const { url } = await startRedis(t);
    const link = await openLink(t, [url]);
    // Its clock is its own; a millisecond more, since it counts in whole ones.
    const pass = async (ms: number) => sleep(ms + 5);
    return { counters: new RedisCounterStore(link, new MemoryCounterStore(() => 0)), pass };
  },
};

/** Whether so much time is left, as far as a clock of its own lets one know. */
function assertLeft(actual: number | undefined, wanted: number): void {
  assert.ok(actual !== undefined && actual <= wanted && actual > 0, `${actual} of ${wanted} ms`);
}

for (const [name, makeStore] of Object.entries(STORES)) {
  describe(`counts (${name})`, () => {
    test('counts until its time is over, then begins anew', async (t) => {
      const { counters, pass } = await makeStore(t);

      const first = await counters.increment('a', 500);
      await pass(200);
      const second = await counters.increment('a', 5000);

      assert.deepEqual([first.count, second.count], [1, 2]);
      assertLeft(first.leftMs, 500);
      assertLeft(second.leftMs, 300);
      assert.equal((await counters.get('a'))?.count, 2);
      assert.equal(await counters.get('b'), undefined);
      await pass(300);
      assert.equal(await counters.get('a'), undefined);
      assert.equal((await counters.increment('a', 500)).count, 1);
    });

    test('forgets what is deleted, and only that', async (t) => {
      const { counters } = await makeStore(t);
      await counters.increment('a', 5000);
      await counters.increment('b', 5000);

      await counters.delete('a');

      assert.equal(await counters.get('a'), undefined);
      assert.equal((await counters.get('b'))?.count, 1);
    });

    test('counts each of those who come at once', async (t) => {
      const { counters } = await makeStore(t);

      const counts = await Promise.all(
        Array.from({ length: 50 }, () => counters.increment('a', 5000)),
      );

      assert.deepEqual(
        counts.map(({ count }) => count).toSorted((a, b) => a - b),
        Array.from({ length: 50 }, (_, n) => n + 1),
      );
    });
  });
}

test('servers count together, and each for itself while Redis is frozen', async (t) => {
  const redis = await startRedis(t);
  const [one, other] = await Promise.all(
    [0, 1].map(async () => {
      const link = await openLink(t, [redis.url]);
      return new RedisCounterStore(link, new MemoryCounterStore(() => 0));
    }),
  );
  assert.ok(one && other);
  await one.increment('a', 60_000);
  assert.equal((await other.increment('a', 60_000)).count, 2);

  redis.freeze();
  assert.equal((await one.increment('a', 60_000)).count, 1, 'its own count');
  assert.equal((await one.increment('a', 60_000)).count, 2);
  assert.equal((await other.increment('a', 60_000)).count, 1);
  redis.thaw();
});

test('what is counted stays out of the names in Redis', async (t) => {
  const redis = await startRedis(t);
  const counters = new RedisCounterStore(
    await openLink(t, [redis.url]),
    new MemoryCounterStore(() => 0),
  );
  await counters.increment('failures:192.0.2.1:ada@example.com', 60_000);

  const [name] = (await redis.command('KEYS', '*')) as string[];

  assert.match(String(name), /^minitter:count:[\w-]{43}$/);
});
