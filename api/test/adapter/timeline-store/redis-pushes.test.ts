/** Tweets on their way into very many lists: never so much at once that the last are given up as late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Push, TimelineLists } from '../../../src/adapter/timeline-store/redis/lists.ts';
import type { RedisLink } from '../../../src/adapter/redis/link.ts';

/** A line that takes its time, and breaks at one of the scripts, if at any. */
class SlowLink implements Pick<RedisLink, 'run'> {
  started = 0;
  underWay = 0;
  most = 0;
  readonly #breaksAt: number;

  constructor(breaksAt = Number.POSITIVE_INFINITY) {
    this.#breaksAt = breaksAt;
  }

  async run<T>(): Promise<T> {
    this.started += 1;
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    const isLast = this.started === this.#breaksAt;
    await turn();
    this.underWay -= 1;
    if (isLast) throw new Error('cut');
    return undefined as T;
  }
}

const pushes = (count: number): Push[] =>
  Array.from({ length: count }, (_, n) => ({
    userId: n,
    generation: 0,
    entry: { id: 1, visibility: 0 },
  }));

const listsOn = (link: SlowLink) => new TimelineLists(link as unknown as RedisLink);

test('few scripts are under way at once, and all lists are told', async () => {
  const link = new SlowLink();
  await listsOn(link).push('epoch', pushes(64_000));
  assert.ok(link.most <= 16, `${link.most} at once`);
  assert.ok(link.started >= 64_000 / 250, `${link.started} scripts`);
});

test('after one that fails no other is begun, and none is left under way', async () => {
  const link = new SlowLink(20);
  await assert.rejects(listsOn(link).push('epoch', pushes(64_000)), /cut/);
  assert.equal(link.underWay, 0);
  assert.ok(link.started < 40, `${link.started} scripts`);
});
