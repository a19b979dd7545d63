/** Timelines that need the database, when many are asked for at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MemoryTimelineStore,
  type TimelineTables,
} from '../../../src/adapter/timeline-store/memory/store.ts';
import { TryLaterError } from '../../../src/service/errors.ts';
import { WorkQueue } from '../../../src/service/work-queue.ts';

test('reads that need the database run a few at a time, and too many are turned away', async () => {
  const questions: (() => void)[] = [];
  const tables: TimelineTables = {
    authorsFor: async (userId) => {
      await new Promise<void>((resolve) => questions.push(resolve));
      return [userId];
    },
    newestOf: async (authors) => new Map(authors.map((author) => [author, []])),
    read: async () => [],
    hashtagsFor: async () => [],
    findEntries: async () => [],
    lensOf: async () => undefined,
    homeEntries: async () => ({ entries: [], next: undefined }),
  };
  const queue = new WorkQueue({ workers: 1, limit: 1 });
  const store = new MemoryTimelineStore(tables, { bytes: 2 ** 20 }, queue);
  const page = { before: undefined, limit: 10, widest: 0 };

  const first = store.read(1, page);
  const second = store.read(2, page);
  await assert.rejects(
    async () => store.read(3, page),
    (error) => error instanceof TryLaterError && error.code === 'busy',
  );
  assert.equal(questions.length, 1);
  questions[0]?.();
  assert.deepEqual(await first, []);
  await new Promise(setImmediate);
  questions[1]?.();
  assert.deepEqual(await second, []);

  assert.deepEqual(store.read(1, page), [], 'what is in memory waits for nobody');
});
