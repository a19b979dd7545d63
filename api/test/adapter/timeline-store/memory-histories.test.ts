/** Whatever happens in whatever order: timelines from memory are those of the tables. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import fc from 'fast-check';
import {
  MemoryTimelineStore,
  type TimelineTables,
} from '../../../src/adapter/timeline-store/memory/store.ts';
import type { TimelineEntry } from '../../../src/service/ports.ts';
import { freshStore } from '../../kit/engines.ts';
import { histories, type MakeStore, World } from '../../kit/timeline-history.ts';

/** Sizes at which everything fits, and at which hardly anything does; audiences of all kinds. */
const shapes = fc.record({
  bytes: fc.constantFrom(10_000, 14_000, 1_000_000),
  pushLimit: fc.constantFrom(1, 3, 1000),
  atOnce: fc.constantFrom(0, 2, 1000),
});

type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;
type StoreClass = typeof MemoryTimelineStore;

const makeWith =
  (Store: StoreClass, { bytes, pushLimit, atOnce }: Shape): MakeStore =>
  (tables, later) =>
    new Store(tables, {
      bytes,
      pushLimit,
      fanOut: { atOnce, blocksPerLook: 1, sliceMs: 0, later },
    });

/** Runs histories until one shows a difference. */
async function check(t: TestContext, Store: StoreClass, numRuns: number) {
  const db = await freshStore(t, 'sqlite');
  let worlds = 0;
  return fc.check(
    fc.asyncProperty(shapes, histories, async (shape, steps) => {
      const world = await World.start(db, makeWith(Store, shape), `world-${(worlds += 1)}`);
      await world.run(steps);
    }),
    {
      numRuns,
      endOnFailure: process.env.SHRINK === undefined,
      seed: Number(process.env.SEED ?? Date.now()),
    },
  );
}

test('every page is what plain SQL says, in every history', async (t) => {
  const result = await check(t, MemoryTimelineStore, Number(process.env.RUNS ?? 120));
  const cause = result.errorInstance instanceof Error ? result.errorInstance.stack : '';
  assert.ok(!result.failed, `${cause}\n${fc.defaultReportMessage(result)}`);
});

/** Stores with one mistake each: the histories above must find every one. */
const MISTAKES: Record<string, StoreClass> = {
  'tweets that land during a query are missed': class extends MemoryTimelineStore {
    #queries = 0;

    constructor(tables: TimelineTables, options: ConstructorParameters<StoreClass>[1]) {
      const counted = async <T>(query: () => Promise<T>) => {
        this.#queries += 1;
        try {
          return await query();
        } finally {
          this.#queries -= 1;
        }
      };
      super(
        {
          read: (...args) => tables.read(...args),
          authorsFor: (...args) => tables.authorsFor(...args),
          hashtagsFor: (...args) => tables.hashtagsFor(...args),
          findEntries: (...args) => tables.findEntries(...args),
          lensOf: (...args) => tables.lensOf(...args),
          homeEntries: (...args) => tables.homeEntries(...args),
          newestOf: (...args) => counted(() => tables.newestOf(...args)),
        },
        options,
      );
    }

    override tweetAdded(tweet: TimelineEntry): void {
      if (this.#queries === 0) super.tweetAdded(tweet);
    }
  },
  'an unfollow is not noticed': class extends MemoryTimelineStore {
    override followsChanged(): void {}
  },
  'deleted tweets stay': class extends MemoryTimelineStore {
    override tweetRemoved(): void {}
  },
  'the tweets of a suspended user stay': class extends MemoryTimelineStore {
    override userChanged(userId: number): void {
      super.followsChanged(userId);
    }
  },
  'visibility is forgotten': class extends MemoryTimelineStore {
    override tweetAdded(tweet: TimelineEntry): void {
      super.tweetAdded({ ...tweet, visibility: 0 });
    }
  },
};

for (const [mistake, Store] of Object.entries(MISTAKES)) {
  test(`the histories find a store in which ${mistake}`, async (t) => {
    const result = await check(t, Store, 300);
    assert.ok(result.failed, 'no history showed the mistake');
  });
}
