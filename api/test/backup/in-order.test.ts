import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { inOrder } from '../../src/backup/in-order.ts';

test('results come in the order of the items, and so many are worked on at once', async () => {
  let underWay = 0;
  let most = 0;
  const results: number[] = [];
  for await (const result of inOrder([30, 1, 20, 1, 10, 1], 3, async (ms) => {
    underWay += 1;
    most = Math.max(most, underWay);
    await sleep(ms);
    underWay -= 1;
    return ms;
  })) {
    results.push(result);
  }
  assert.deepEqual(results, [30, 1, 20, 1, 10, 1]);
  assert.equal(most, 3);
});

test('one that fails ends it, after those under way have ended', async () => {
  let ended = 0;
  const work = async (n: number) => {
    await sleep(n);
    ended += 1;
    if (n === 1) throw new Error('no');
    return n;
  };
  await assert.rejects(async () => {
    for await (const _ of inOrder([1, 20, 20], 3, work));
  }, /no/);
  assert.equal(ended, 3);
});
