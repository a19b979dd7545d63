/** Whatever happens in whatever order: home timelines are what their definition says. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import fc from 'fast-check';
import { MemoryTimelineStore } from '../../../src/adapter/timeline-store/memory/store.ts';
import { SqlTimelineStore } from '../../../src/adapter/timeline-store/sql.ts';
import type { StoredTweet, TimelineStore } from '../../../src/service/ports.ts';
import { ENGINES, type Engine, freshStore } from '../../kit/engines.ts';
import { homeHistories, HomeWorld } from '../../kit/home-history.ts';
import type { MakeStore } from '../../kit/timeline-history.ts';

/** Sizes at which everything fits, and at which hardly anything does; audiences of all kinds. */
const shapes = fc.record({
  bytes: fc.constantFrom(12_000, 20_000, 1_000_000),
  pushLimit: fc.constantFrom(1, 3, 1000),
  atOnce: fc.constantFrom(0, 2, 1000),
});

type Shape = typeof shapes extends fc.Arbitrary<infer S> ? S : never;
type Make = (shape: Shape) => MakeStore;

const inMemory =
  (Store: typeof MemoryTimelineStore): Make =>
  ({ bytes, pushLimit, atOnce }) =>
  (tables, later) =>
    new Store(tables, {
      bytes,
      pushLimit,
      fanOut: { atOnce, blocksPerLook: 1, sliceMs: 0, later },
    });

const inSql: Make = () => (tables) => new SqlTimelineStore(tables);

/** Runs histories until one shows a difference. */
async function check(t: TestContext, engine: Engine, make: Make, numRuns: number) {
  const db = await freshStore(t, engine);
  let worlds = 0;
  return fc.check(
    fc.asyncProperty(shapes, homeHistories, async (shape, steps) => {
      const world = await HomeWorld.start(db, make(shape), `world-${(worlds += 1)}`);
      try {
        await world.run(steps);
      } finally {
        world.open();
      }
    }),
    {
      numRuns,
      endOnFailure: process.env.SHRINK === undefined,
      seed: Number(process.env.SEED ?? Date.now()),
    },
  );
}

async function assertRight(t: TestContext, engine: Engine, make: Make, numRuns: number) {
  const result = await check(t, engine, make, Number(process.env.RUNS ?? numRuns));
  const cause = result.errorInstance instanceof Error ? result.errorInstance.stack : '';
  assert.ok(!result.failed, `${cause}\n${fc.defaultReportMessage(result)}`);
}

describe('home timelines are what their definition says', () => {
  test('in memory', (t) => assertRight(t, 'sqlite', inMemory(MemoryTimelineStore), 80));
  for (const engine of ENGINES) {
    test(`from the tables (${engine})`, (t) =>
      assertRight(t, engine, inSql, engine === 'sqlite' ? 40 : 8));
  }
});

/** Stores with one mistake each: the histories must find every one. */
const MISTAKES: Record<string, typeof MemoryTimelineStore> = {
  'reblogs are not told': class extends MemoryTimelineStore {
    override tweetAdded(tweet: StoredTweet): void {
      if ((tweet.reblog_of_id ?? null) === null) super.tweetAdded(tweet);
    }
  },
  'hashtags are not told': class extends MemoryTimelineStore {
    override tweetAdded({ hashtagIds: _, ...tweet }: StoredTweet): void {
      super.tweetAdded(tweet);
    }
  },
  'an edit is not noticed': class extends MemoryTimelineStore {
    override tweetEdited(): void {}
  },
  'mutes and blocks are not noticed': class extends MemoryTimelineStore {
    override followsChanged(): void {}
  },
  'mutes never end': class extends MemoryTimelineStore {
    override lensOf(viewerId: number): ReturnType<TimelineStore['lensOf']> {
      return super.lensOf(viewerId, 1000);
    }
  },
  'deleted tweets stay': class extends MemoryTimelineStore {
    override tweetRemoved(): void {}
  },
  'what is repeated of a suspended user stays': class extends MemoryTimelineStore {
    override userChanged(userId: number): void {
      super.followsChanged(userId);
    }
  },
};

for (const [mistake, Store] of Object.entries(MISTAKES)) {
  test(`the histories find a store in which ${mistake}`, async (t) => {
    const result = await check(t, 'sqlite', inMemory(Store), 400);
    assert.ok(result.failed, 'no history showed the mistake');
  });
}
