import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Keepable, SecondChanceCache } from '../../src/service/second-chance-cache.ts';

interface Sized extends Keepable {
  readonly size: number;
}
const of = (size: number): Sized => ({ size, wasAskedFor: false });
const sizeOf = ({ size }: Sized) => size;

test('what was asked for stays, what was not goes', () => {
  const cache = new SecondChanceCache<string, Sized>({ most: 3 });
  for (const [i, key] of ['a', 'b', 'c'].entries()) cache.set(key, of(i));
  assert.equal(cache.get('a')?.size, 0);
  cache.set('d', of(3));
  assert.deepEqual(
    ['a', 'b', 'c', 'd'].map((key) => cache.has(key)),
    [true, false, true, true],
  );
});

test('there is never more than there is room for, whatever is asked for', () => {
  const cache = new SecondChanceCache<number, Sized>({ most: 100, sizeOf });
  for (let i = 0; i < 1000; i += 1) {
    cache.set(i % 37, of((i * 7) % 30));
    cache.get(i % 5);
    assert.ok(cache.size <= 100);
  }
  const kept = Array.from({ length: 37 }, (_, key) => cache.get(key)?.size ?? 0);
  assert.equal(
    kept.reduce((sum, size) => sum + size, 0),
    cache.size,
  );
});

test('one in place of another counts once; one that is too large is not kept', () => {
  const cache = new SecondChanceCache<string, Sized>({ most: 10, sizeOf });
  cache.set('a', of(4));
  cache.set('a', of(6));
  assert.equal(cache.size, 6);
  cache.set('a', of(11));
  assert.deepEqual([cache.get('a'), cache.size], [undefined, 0]);
});

test('whoever wants to know is told what goes', () => {
  const gone: string[] = [];
  const cache = new SecondChanceCache<string, Sized>({
    most: 1,
    dropped: (key) => gone.push(key),
  });
  cache.set('a', of(1));
  cache.set('b', of(2));
  cache.delete('b');
  cache.delete('b');
  assert.deepEqual(gone, ['a', 'b']);
});

test('it goes on after it was cleared', () => {
  const cache = new SecondChanceCache<number, Sized>({ most: 2 });
  for (let i = 0; i < 5; i += 1) cache.set(i, of(i));
  cache.clear();
  for (let i = 0; i < 5; i += 1) cache.set(i, of(i));
  assert.deepEqual([cache.get(4)?.size, cache.size], [4, 2]);
});
