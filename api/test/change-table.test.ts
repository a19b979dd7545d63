import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChangeTable } from '../src/change-table.ts';

const KIND = 0;

test('what has changed since is known, and what has changed before is not told', () => {
  const table = new ChangeTable();
  table.changed(KIND, 7);
  const since = table.now;
  assert.equal(table.hasChanged(KIND, [7, 8], since), false);
  table.changed(KIND, 8);
  assert.equal(table.hasChanged(KIND, [7, 8], since), true);
  assert.equal(table.hasChanged(KIND, [7], since), false);
  assert.equal(table.hasChanged(KIND, [8], table.now), false);
});

test('things of different kinds may have the same id', () => {
  const table = new ChangeTable();
  const since = table.now;
  table.changed(1, 7);
  assert.equal(table.hasChanged(0, [7], since), false);
  assert.equal(table.hasChanged(1, [7], since), true);
});

test('everything can change at once', () => {
  const table = new ChangeTable();
  const since = table.now;
  table.everythingChanged();
  assert.equal(table.hasChanged(KIND, [7], since), true);
  assert.equal(table.hasChanged(KIND, [7], table.now), false);
});

test('no change is missed, however many ids there are and however large they are', () => {
  const table = new ChangeTable();
  for (const first of [1, 2 ** 31 - 5, 2 ** 32 - 5, 2 ** 52, Number.MAX_SAFE_INTEGER - 10]) {
    for (let id = first; id < first + 10; id += 1) {
      const since = table.now;
      table.changed(KIND, id);
      assert.equal(table.hasChanged(KIND, [id], since), true, String(id));
    }
  }
});

test('few things share a place: ids next to each other, and those of tweets, a second apart', () => {
  for (const step of [1, 1000 * 2 ** 12, 2 ** 32]) {
    const table = new ChangeTable();
    const idAt = (n: number) => 1_000_000 + n * step;
    const since = table.now;
    for (let n = 0; n < 1000; n += 1) table.changed(KIND, idAt(n));
    let taken = 0;
    for (let n = 1000; n < 2000; n += 1) if (table.hasChanged(KIND, [idAt(n)], since)) taken += 1;
    assert.ok(taken < 30, `${taken} of 1000 seem to have changed, ${step} apart`);
  }
});
