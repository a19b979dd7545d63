import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecondChanceCache } from '../../src/service/second-chance-cache.ts';

test('what was asked for stays, what was not goes', () => {
  const cache = new SecondChanceCache<string, number>({ most: 3 });
  for (const [i, key] of ['a', 'b', 'c'].entries()) cache.set(key, i);
  assert.equal(cache.get('a'), 0);
  cache.set('d', 3);
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.has(key)),
    [true, false, true, true],
  );
});

test('there is never more than there is room for, whatever is asked for', () => {
  const cache = new SecondChanceCache<number, number>({ most: 100, sizeOf: (value) => value });
  for (let i = 0; i < 1000; i += 1) {
    cache.set(i % 37, (i * 7) % 30);
    cache.get(i % 5);
    assert.ok(cache.size <= 100);
  }
  const kept = Array.from({ length: 37 }, (_, key) => cache.get(key) ?? 0);
  assert.equal(
    kept.reduce((sum, size) => sum + size, 0),
    cache.size,
  );
});

test('one in place of another counts once; one that is too large is not kept', () => {
  const cache = new SecondChanceCache<string, number>({ most: 10, sizeOf: (value) => value });
  cache.set('a', 4);
  cache.set('a', 6);
  assert.equal(cache.size, 6);
  cache.set('a', 11);
  assert.deepEqual([cache.get('a'), cache.size], [undefined, 0]);
});

test('whoever wants to know is told what goes', () => {
  const gone: string[] = [];
  const cache = new SecondChanceCache<string, number>({
    most: 1,
    dropped: (key) => gone.push(key),
  });
  cache.set('a', 1);
  cache.set('b', 2);
  cache.delete('b');
  cache.delete('b');
  assert.deepEqual(gone, ['a', 'b']);
});

test('it goes on after it was cleared', () => {
  const cache = new SecondChanceCache<number, number>({ most: 2 });
  for (let i = 0; i < 5; i += 1) cache.set(i, i);
  cache.clear();
  for (let i = 0; i < 5; i += 1) cache.set(i, i);
  assert.deepEqual([cache.get(4), cache.size], [4, 2]);
});
