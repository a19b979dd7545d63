/** A page is found again when all that it was made of is what it was, and only then. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageOf } from '../../src/service/entry-walk.ts';
import type { FeedEntries, FeedEntry, FeedPart } from '../../src/service/ports.ts';

const entry = (id: number, reblog_of_id: number | null = null) =>
  ({ id, user_id: 1, visibility: 0, reblog_of_id }) as FeedEntry;
const RANGE = { below: undefined, above: undefined, fromBelow: false, limit: 2 };

/** A feed whose parts stay the same objects; each leads on to the next. */
function feedOf(parts: readonly (readonly FeedEntry[])[]) {
  const found = parts.map((entries, i): FeedEntries => ({
    entries,
    next: parts[i + 1] ? i + 1 : undefined,
  }));
  const looks = { belongs: 0, reads: 0 };
  const feed = {
    read: ({ from }: FeedPart) => {
      looks.reads += 1;
      return found[from < parts.length ? from : 0] as FeedEntries;
    },
    belongs: ({ id }: FeedEntry) => {
      looks.belongs += 1;
      return id > 0;
    },
  };
  return { feed, found, looks };
}

test('a page of the same parts is known', async () => {
  // What the reblog repeats stands behind it, in the second part.
  const { feed, looks } = feedOf([
    [entry(9), entry(8, 5)],
    [entry(7), entry(5)],
  ]);
  const first = await pageOf(feed, RANGE);
  assert.deepEqual(first, [9, 7]);
  const { belongs } = looks;
  assert.equal(await pageOf(feed, RANGE), first);
  assert.equal(looks.belongs, belongs, 'nothing was looked at');
});

test('another part behind it, or another length, makes it anew', async () => {
  const { feed, found } = feedOf([
    [entry(9), entry(8, 5)],
    [entry(7), entry(5)],
  ]);
  assert.deepEqual(await pageOf(feed, RANGE), [9, 7]);
  assert.deepEqual(await pageOf(feed, { ...RANGE, limit: 3 }), [9, 7, 5]);
  found[1] = { entries: [entry(7)], next: undefined };
  assert.deepEqual(await pageOf(feed, RANGE), [9, 8]);
});

test('what was made of many parts is not kept', async () => {
  const hidden = Array.from({ length: 500 }, (_, n) => [entry(-n - 1)]);
  const { feed, found } = feedOf([...hidden, [entry(2), entry(1)]]);
  assert.deepEqual(await pageOf(feed, RANGE), [2, 1]);
  assert.equal(found[0]?.note, undefined);
});

test('a long walk goes on from where it stopped', async () => {
  let looks = 0;
  const watched = (id: number, repeats: number): FeedEntry => ({
    ...entry(id),
    get reblog_of_id() {
      looks += 1;
      return repeats;
    },
  });
  const parts = Array.from({ length: 300 }, (_, part) =>
    Array.from({ length: 40 }, (_, n) => watched(100_000 - part * 40 - n, n + 1)),
  );
  // The last 40 are the only ones without the same tweet behind them.
  const ids = await pageOf(feedOf(parts).feed, RANGE);
  assert.deepEqual(ids, [100_000 - 299 * 40, 100_000 - 299 * 40 - 1]);
  assert.ok(looks < 300 * 40 * 100, `${looks} looks at 12,000 entries`);
});
