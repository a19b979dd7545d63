/** Telling large audiences: in slices, and yet nobody reads old news. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Engine, type EngineOptions } from '../../../src/adapter/timeline-store/memory/engine.ts';

const AUTHOR = 4;
const NOTHING = { ids: [], flags: [], floor: 0 };
const NEWEST = { before: undefined, limit: 3, widest: 1 };

/** Viewers 1 to `count`, warm, who all follow one author; slices run when the test says so. */
function audience(count: number, options: Partial<EngineOptions> = {}) {
  const slices: (() => void)[] = [];
  const engine = new Engine({
    bytes: 2 ** 22,
    ...options,
    fanOut: { atOnce: 10, blocksPerLook: 1, sliceMs: 0, later: (run) => slices.push(run) },
  });
  engine.load(AUTHOR, NOTHING);
  const warm = (id: number) => engine.warm(id, [AUTHOR], 14);
  for (let id = 1; id <= count; id += 1) assert.equal(warm(id).kind, 'warm');
  return { engine, slices, warm, page: (id: number) => engine.page(id, NEWEST) };
}

describe('a tweet for a large audience', () => {
  test('is told in slices', () => {
    const { engine, slices } = audience(100);
    engine.added(AUTHOR, 1000, 0);
    let turns = 0;
    for (let next = slices.shift(); next; next = slices.shift()) {
      next();
      turns += 1;
    }
    // A block has seven viewers.
    assert.equal(turns, Math.ceil(100 / 7));
    assert.equal(engine.isTelling, false);
  });

  test('is there for whoever reads before it is told, and gone as soon as it is deleted', () => {
    const { engine, slices, page } = audience(100);
    engine.added(AUTHOR, 1000, 0);
    for (const id of [1, 50, 100]) assert.deepEqual(page(id), [1000]);
    engine.removed(AUTHOR, 1000);
    for (const id of [1, 2, 50, 100]) assert.deepEqual(page(id), []);
    for (let next = slices.shift(); next; next = slices.shift()) {
      next();
      for (const id of [1, 3, 50, 99]) assert.deepEqual(page(id), []);
    }
    for (let id = 1; id <= 100; id += 1) assert.deepEqual(page(id), []);
  });

  test('waits its turn behind one that is being told', () => {
    const { engine, slices, page } = audience(100);
    for (const id of [1000, 1001, 1002]) engine.added(AUTHOR, id, 0);
    slices.shift()?.();
    assert.deepEqual(page(100), [1002, 1001, 1000]);
    for (let next = slices.shift(); next; next = slices.shift()) next();
    for (let id = 1; id <= 100; id += 1) assert.deepEqual(page(id), [1002, 1001, 1000]);
  });
});

describe('a source with too many followers', () => {
  test('is looked up by its readers', () => {
    const { engine, slices, warm, page } = audience(30, { pushLimit: 20 });
    for (let next = slices.shift(); next; next = slices.shift()) next();
    // Those who were told are to be made anew; those who came later look it up already.
    for (let id = 1; id <= 30; id += 1) assert.equal(warm(id).kind, 'warm');
    engine.added(AUTHOR, 1000, 0);
    assert.equal(engine.isTelling, false);
    for (let id = 1; id <= 30; id += 1) assert.deepEqual(page(id), [1000]);
    engine.removed(AUTHOR, 1000);
    for (let id = 1; id <= 30; id += 1) assert.deepEqual(page(id), []);
  });
});

describe('memory', () => {
  test('stays within its budget, and who has read last is still warm', () => {
    const engine = new Engine({ bytes: 100_000 });
    for (let id = 1; id <= 2000; id += 1) {
      engine.load(4 * id, { ids: [id * 10], flags: [0], floor: 0 });
      assert.equal(engine.warm(id, [4 * id], 14).kind, 'warm');
      assert.ok(engine.usedBytes <= 100_000);
      assert.deepEqual(engine.page(id, NEWEST), [id * 10]);
    }
    assert.equal(engine.page(1, NEWEST), undefined);
  });

  test('is not given to somebody who follows more than fits', () => {
    const engine = new Engine({ bytes: 20_000 });
    const keys = Array.from({ length: 1000 }, (_, i) => 4 * i + 4);
    assert.equal(engine.warm(1, keys, 14).kind, 'too large');
  });
});
