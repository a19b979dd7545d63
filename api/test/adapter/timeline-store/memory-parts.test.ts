/** The parts of the timeline engine, each held against the plainest thing that does the same. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { BlockPool } from '../../../src/adapter/timeline-store/memory/blocks.ts';
import { ByteCache } from '../../../src/adapter/timeline-store/memory/byte-cache.ts';
import {
  compactPairs,
  forEachWord,
  push,
} from '../../../src/adapter/timeline-store/memory/chains.ts';
import { EntryLists } from '../../../src/adapter/timeline-store/memory/entries.ts';
import { IdMap } from '../../../src/adapter/timeline-store/memory/id-map.ts';
import { Merger } from '../../../src/adapter/timeline-store/memory/merge.ts';

/** Ids that meet in the same places of a small map, and the largest there may be. */
const id = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.maxSafeNat());
const flags = fc.integer({ min: 0, max: 15 });

function listsOf(pool: BlockPool, slots: number, most = 1000): EntryLists {
  const lists = new EntryLists(pool, slots);
  for (let slot = 0; slot < slots; slot += 1) lists.setMost(slot, most);
  return lists;
}

describe('IdMap', () => {
  test('is a map', () => {
    const step = fc.record({ id, remove: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const map = new IdMap(256);
        const plain = new Map<number, number>();
        for (const [n, one] of steps.entries()) {
          const isThere = plain.has(one.id);
          if (one.remove && isThere) {
            map.remove(one.id);
            plain.delete(one.id);
          } else if (!one.remove && !isThere) {
            map.add(one.id, n);
            plain.set(one.id, n);
          }
          for (const { id: any } of steps) assert.equal(map.get(any), plain.get(any) ?? -1);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('EntryLists', () => {
  /** All entries of a list, newest first. */
  const idsOf = (lists: EntryLists, limit = 1000) => lists.page(0, Infinity, limit, 3);

  test('keep the newest entries in order, whatever order they come in', () => {
    const step = fc.record({ id: fc.integer({ min: 1, max: 60 }), flags, remove: fc.boolean() });
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 150 }),
        fc.constantFrom(7, 21, 1000),
        (steps, most) => {
          const lists = listsOf(new BlockPool(100), 1, most);
          const plain = new Map<number, number>();
          for (const one of steps) {
            if (one.remove) {
              lists.remove(0, one.id);
              plain.delete(one.id);
            } else {
              lists.insert(0, one.id, one.flags);
              if (!plain.has(one.id)) plain.set(one.id, one.flags);
            }
            const all = [...plain.keys()].toSorted((a, b) => b - a);
            const floor = lists.floor(0);
            // Below the floor nothing is promised, and nothing is there.
            assert.deepEqual(
              idsOf(lists),
              all.filter((each) => each >= floor),
            );
            assert.equal(lists.length(0), idsOf(lists).length);
            assert.ok(lists.length(0) <= most);
          }
          for (const widest of [0, 1, 2, 3]) {
            const visible = idsOf(lists).filter((each) => ((plain.get(each) ?? 0) & 3) <= widest);
            assert.deepEqual(lists.page(0, Infinity, 1000, widest), visible);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('give every block back', () => {
    const pool = new BlockPool(50);
    const lists = listsOf(pool, 1);
    for (let n = 1; n <= 100; n += 1) lists.insert(0, n, 0);
    for (let n = 1; n <= 100; n += 1) lists.remove(0, n);
    assert.equal(pool.free, 50);
    lists.fill(0, { ids: [3, 2, 1], flags: [0, 0, 0] }, 3, 0);
    lists.clear(0);
    assert.equal(pool.free, 50);
  });

  test('say so when there is no memory', () => {
    const lists = listsOf(new BlockPool(1), 2);
    for (let n = 1; n <= 7; n += 1) assert.equal(lists.insert(0, n, 0), true);
    assert.equal(lists.insert(0, 8, 0), false);
    assert.equal(lists.fill(1, { ids: [1], flags: [0] }, 1, 0), false);
  });
});

describe('Merger', () => {
  test('visits the entries of all lists, newest first, each once, until told to stop', () => {
    const list = fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(list, { maxLength: 80 }),
        fc.integer({ min: 1, max: 300 }),
        (all, limit) => {
          const pool = new BlockPool(1000);
          const lists = listsOf(pool, all.length);
          for (const [slot, ids] of all.entries()) {
            for (const each of ids) lists.insert(slot, each, each % 16);
          }
          const seen: number[] = [];
          const heads = all.map((_, slot) => lists.head(slot));
          new Merger(pool).merge(heads, (each, eachFlags) => {
            assert.equal(eachFlags, each % 16);
            seen.push(each);
            return seen.length < limit;
          });
          const expected = [...new Set(all.flat())].toSorted((a, b) => b - a).slice(0, limit);
          assert.deepEqual(seen, expected);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('chains', () => {
  test('keep what is pushed, and after clearing out what is kept', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { maxLength: 200 }), fc.nat(99), (values, below) => {
        const pool = new BlockPool(100);
        let head = 0;
        for (const value of values) head = push(pool, head, value, value + 1);
        const kept = compactPairs(pool, head, (value) => value < below);
        const words: number[] = [];
        forEachWord(pool, head, (word) => words.push(word));
        const expected = values.filter((value) => value < below);
        assert.equal(kept, expected.length);
        const sorted = (all: readonly number[]) => all.toSorted((a, b) => a - b);
        assert.deepEqual(sorted(words), sorted(expected.flatMap((value) => [value, value + 1])));
        pool.giveChain(head);
        assert.equal(pool.free, 100);
      }),
    );
  });
});

describe('ByteCache', () => {
  const bytesOf = (n: number, length: number) => Buffer.alloc(length, `${n} `);

  test('gives back what was put in last, or nothing', () => {
    const step = fc.record({
      id: fc.integer({ min: 1, max: 2000 }),
      length: fc.oneof(fc.nat(300), fc.nat(20_000)),
      kind: fc.constantFrom('put', 'put', 'put', 'find', 'delete'),
    });
    fc.assert(
      fc.property(fc.array(step, { minLength: 100, maxLength: 1500, size: 'max' }), (steps) => {
        const cache = new ByteCache(100_000);
        const put = new Map<number, Buffer>();
        for (const [n, { id: key, length, kind }] of steps.entries()) {
          if (kind === 'put') {
            put.set(key, bytesOf(n, length));
            cache.put(key, bytesOf(n, length));
          } else if (kind === 'delete') {
            put.delete(key);
            cache.delete(key);
          }
          const handle = cache.find(key);
          if (handle < 0) continue;
          const copy = Buffer.alloc(cache.length(handle));
          assert.equal(cache.copy(handle, copy, 0), copy.length);
          assert.deepEqual(copy, put.get(key));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('keeps what is used, and lets go of what is not', () => {
    const cache = new ByteCache(1_000_000);
    for (let n = 1; n <= 100; n += 1) cache.put(n, bytesOf(n, 200));
    for (let n = 1000; n <= 20_000; n += 1) {
      cache.put(n, bytesOf(n, 200));
      cache.find(1 + (n % 100));
    }
    const kept = Array.from({ length: 100 }, (_, i) => cache.find(i + 1) >= 0);
    assert.ok(kept.every(Boolean));
    assert.equal(cache.find(1000), -1);
  });

  test('does not keep what is too long', () => {
    const cache = new ByteCache(1_000_000);
    cache.put(1, bytesOf(1, 10));
    cache.put(1, bytesOf(1, 20_000));
    assert.equal(cache.find(1), -1);
  });
});
