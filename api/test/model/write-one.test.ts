/** Units of one statement: stored or not, each for itself, and in the order they came. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ForeignKeyViolation,
  type Statement,
  type Store,
  UniqueViolation,
} from '../../src/model/database.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addUser, tweetDao } from '../kit/rows.ts';

const doom = (object: string): Statement => ({
  sql: 'INSERT INTO doomed_objects (object, not_before) VALUES (?, ?)',
  parameters: [object, 1],
});

async function doomed(store: Store): Promise<string[]> {
  const rows = await store.reader.selectFrom('doomed_objects').select('object').execute();
  return rows.map(({ object }) => object).toSorted();
}

const reasons = (outcomes: readonly PromiseSettledResult<unknown>[]) =>
  outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : undefined));

describeOnEngines('a unit of one statement', (engine) => {
  test('is stored once its promise is fulfilled', async (t) => {
    const store = await freshStore(t, engine);
    await store.writeOne(() => doom('one'));
    assert.deepEqual(await doomed(store), ['one']);
  });

  test('that fails takes nothing of its neighbours with it', async (t) => {
    const store = await freshStore(t, engine);
    await store.writeOne(() => doom('there'));
    const outcomes = await Promise.allSettled([
      store.writeOne(() => doom('a')),
      store.writeOne(() => doom('there')),
      store.writeOne(() => doom('b')),
      store.writeOne(() => ({
        sql: 'INSERT INTO users_follow_list (user_id, follow_user_id, created_at) VALUES (?, ?, ?)',
        parameters: [1, 2, 3],
      })),
      store.writeOne(() => {
        throw new Error('not to be made');
      }),
      store.write(async (tx) => {
        await tx.insertInto('doomed_objects').values({ object: 'c', not_before: 1 }).execute();
      }),
      store.write(async (tx) => {
        await tx.insertInto('doomed_objects').values({ object: 'd', not_before: 1 }).execute();
        throw new Error('changed its mind');
      }),
      store.writeOne(() => doom('e')),
    ]);
    const [, unique, , foreign, unmade, , undone] = reasons(outcomes);
    assert.ok(unique instanceof UniqueViolation);
    assert.ok(foreign instanceof ForeignKeyViolation);
    assert.match(String(unmade), /not to be made/);
    assert.match(String(undone), /changed its mind/);
    assert.equal(reasons(outcomes).filter(Boolean).length, 4);
    assert.deepEqual(await doomed(store), ['a', 'b', 'c', 'e', 'there']);
  });

  test('keeps its place among the others: a thousand at once', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const ada = await addUser(store, 'Ada');
    const row = { user_id: ada, tweet: 'words', visibility: 0 };
    const stored = await Promise.all(
      Array.from({ length: 1000 }, (_, n) =>
        n % 10 === 0 ? store.write((tx) => tweets.insert(tx, row)) : tweets.insertAlone(row),
      ),
    );
    assert.equal(new Set(stored.map(({ id }) => id)).size, 1000);
    const found = await tweets.findTexts(stored.map(({ id }) => id));
    assert.equal(found.length, 1000);
    if (engine === 'sqlite') {
      const ids = stored.map(({ id }) => id);
      assert.deepEqual(
        ids,
        ids.toSorted((a, b) => a - b),
      );
    }
  });

  test('of a user who is not there is refused', async (t) => {
    const store = await freshStore(t, engine);
    const tweets = await tweetDao(store);
    const row = { user_id: 12_345, tweet: 'words', visibility: 0 };
    await assert.rejects(tweets.insertAlone(row), ForeignKeyViolation);
  });
});
