import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeOfTweetId, TweetIds } from '../../src/model/tweet-ids.ts';

const NOON = Date.UTC(2026, 10, 23, 12);

test('ids rise even when the instance gets a smaller node within a millisecond', () => {
  let node = 5;
  const ids = new TweetIds({ node: () => node, above: 0, now: () => NOON });

  const before = ids.next();
  node = 2;
  const after = ids.next();

  assert.ok(after > before, `${after} comes after ${before}`);
});

test('128 ids come from one millisecond, and the next from the one after', () => {
  const ids = new TweetIds({ node: () => 7, above: 0, now: () => NOON });
  const times = Array.from({ length: 257 }, () => timeOfTweetId(ids.next()) - NOON);

  assert.deepEqual(
    [0, 1, 2].map((ms) => times.filter((time) => time === ms).length),
    [128, 128, 1],
  );
});

test('after a rush the ids tell the right time again as soon as the clock has caught up', () => {
  let now = NOON;
  const ids = new TweetIds({ node: () => 0, above: 0, now: () => now });
  for (let n = 0; n < 1000; n += 1) ids.next();

  now += 1000;

  assert.equal(timeOfTweetId(ids.next()), now);
});
