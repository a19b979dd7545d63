import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryCounterStore } from '../../src/adapter/counter-store/memory.ts';

test('counts until its time is over, then begins anew', async () => {
  let now = 1000;
  const counters = new MemoryCounterStore(() => now);

  assert.deepEqual(await counters.increment('a', 500), { count: 1, leftMs: 500 });
  now = 1400;
  assert.deepEqual(await counters.increment('a', 500), { count: 2, leftMs: 100 });
  assert.deepEqual(await counters.get('a'), { count: 2, leftMs: 100 });
  assert.equal(await counters.get('b'), undefined);
  now = 1500;
  assert.equal(await counters.get('a'), undefined);
  assert.deepEqual(await counters.increment('a', 500), { count: 1, leftMs: 500 });
});

test('forgets what is deleted, and only that', async () => {
  const counters = new MemoryCounterStore(() => 0);
  await counters.increment('a', 500);
  await counters.increment('b', 500);

  await counters.delete('a');

  assert.equal(await counters.get('a'), undefined);
  assert.equal((await counters.get('b'))?.count, 1);
});
