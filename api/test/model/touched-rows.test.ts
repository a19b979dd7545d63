import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { openStore } from '../../src/model/open.ts';
import { migrate } from '../../src/model/migrate.ts';
import type { TouchedRows } from '../../src/model/touched-rows.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { addTweet, addUser, tweetDao } from '../kit/rows.ts';

/** A database that tells, with two people and a tweet of the first. */
async function tellingStore(t: TestContext) {
  const store = await openStore(await freshDatabase(t, 'sqlite'), { lock: true });
  atEnd(t, () => store.close());
  await migrate(store);
  const [ada, bo] = [await addUser(store, 'Ada'), await addUser(store, 'Bo')];
  const { id: tweet } = await addTweet(store, await tweetDao(store), ada);
  let touched: TouchedRows[] = [];
  assert.ok(store.hearTouched((rows) => touched.push(rows)));
  const take = () => {
    const [rows, ...others] = touched;
    touched = [];
    assert.deepEqual(others, [], 'one commit tells once');
    return rows && [rows.tweet, rows.user, rows.marks].map((ids) => [...ids].toSorted(byNumber));
  };
  return { store, ada, bo, tweet, take };
}

const byNumber = (a: number, b: number) => a - b;

test('a commit tells of the tweets, people and marks that it has touched, before it is answered', async (t) => {
  const { store, ada, bo, tweet, take } = await tellingStore(t);
  await store.write((tx) =>
    tx.insertInto('favourites').values({ user_id: bo, tweet_id: tweet, created_at: 1 }).execute(),
  );
  assert.deepEqual(take(), [[tweet], [], [bo]]);
  await store.write((tx) =>
    tx
      .insertInto('users_follow_list')
      .values({ user_id: bo, follow_user_id: ada, created_at: 1 })
      .execute(),
  );
  assert.deepEqual(take(), [[], [ada, bo], []]);
  await store.write((tx) => tx.selectFrom('users').select('id').execute());
  assert.equal(take(), undefined, 'nothing was written');
});

test('it tells of what goes with a row that is deleted', async (t) => {
  const { store, ada, bo, tweet, take } = await tellingStore(t);
  await store.write(async (tx) => {
    const row = { user_id: bo, created_at: 1 };
    await tx
      .insertInto('favourites')
      .values({ ...row, tweet_id: tweet })
      .execute();
    await tx
      .insertInto('users_follow_list')
      .values({ ...row, follow_user_id: ada })
      .execute();
  });
  take();
  await store.write((tx) => tx.deleteFrom('users').where('id', '=', bo).execute());
  assert.deepEqual(take(), [[tweet], [ada, bo], [bo]]);
});
