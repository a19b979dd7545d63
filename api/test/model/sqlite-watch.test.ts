import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseConfig } from '../../src/config.ts';
import { openStore } from '../../src/model/open.ts';
import { startAppWith, testConfig } from '../kit/app.ts';
import { atEnd } from '../kit/at-end.ts';
import { freshDatabase } from '../kit/engines.ts';
import { addTweet, addUser, tweetDao } from '../kit/rows.ts';

/** A second connection, as a `minitter user` command has it. */
async function openBeside(t: TestContext, database: DatabaseConfig) {
  const store = await openStore(database, { lock: false });
  atEnd(t, () => store.close());
  return store;
}

test('a change by another process is told, and none of one’s own', async (t) => {
  const database = await freshDatabase(t, 'sqlite');
  const { app } = await startAppWith(t, { ...testConfig(t), database });
  const told: number[] = [];
  const canTell = app.store.watch(() => told.push(Date.now()));
  assert.ok(canTell);
  await addUser(app.store, 'Ada');
  await sleep(600);
  assert.equal(told.length, 0);

  await addUser(await openBeside(t, database), 'Grace');
  const begun = Date.now();
  while (told.length === 0 && Date.now() - begun < 5000) await sleep(50);
  assert.equal(told.length, 1);
});

test('what another process writes is on timelines within a second', async (t) => {
  const database = await freshDatabase(t, 'sqlite');
  const { join, timelineOf, tweet } = await startAppWith(t, { ...testConfig(t), database });
  const ada = await join('Ada');
  await tweet(ada, 'here');
  assert.deepEqual(await timelineOf(ada), ['here']);

  const beside = await openBeside(t, database);
  await addTweet(beside, await tweetDao(beside), ada.id, { tweet: 'from elsewhere' });
  const begun = Date.now();
  while ((await timelineOf(ada)).length < 2 && Date.now() - begun < 5000) await sleep(20);
  assert.deepEqual(await timelineOf(ada), ['from elsewhere', 'here']);
});
