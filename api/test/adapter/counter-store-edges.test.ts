import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryCounterStore } from '../../src/adapter/counter-store/memory.ts';

test('gives every key a time of its own, which later counts do not change', async () => {
  let now = 0;
  const counters = new MemoryCounterStore(() => now);
  await counters.increment('short', 100);
  await counters.increment('long', 1000);
  await counters.increment('short', 1000);

  now = 100;

  assert.equal(await counters.get('short'), undefined);
  assert.deepEqual(await counters.get('long'), { count: 1, leftMs: 900 });
});

test('holds a bounded number of keys: a flood makes it forget the least used', async () => {
  const counters = new MemoryCounterStore(() => 0);
  await counters.increment('quiet', 500);
  await counters.increment('busy', 500);
  for (let n = 0; n < 150_000; n += 1) await counters.increment(`flood${n}`, 500);
  await counters.increment('busy', 500);
  for (let n = 150_000; n < 300_000; n += 1) await counters.increment(`flood${n}`, 500);

  assert.equal(await counters.get('quiet'), undefined);
  assert.equal((await counters.get('busy'))?.count, 2);
});
