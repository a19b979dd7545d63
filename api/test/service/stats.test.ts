import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActivityDao } from '../../src/model/activity.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { TweetIds } from '../../src/model/tweet-ids.ts';
import { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import { StatsService } from '../../src/service/stats.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { DAY, FakeClock, HOUR } from '../kit/fake-clock.ts';
import { addTweet, addUser } from '../kit/rows.ts';
import { startServices } from '../kit/services.ts';

describeOnEngines('the numbers of a server', (engine) => {
  test('are those of its tables', async (t) => {
    const store = await freshStore(t, engine);
    const { now, pass } = clockAtNoon();
    const activity = new ActivityDao(store);
    const tweets = new TweetDao(store, new TweetIds({ node: () => 0, above: 0, now }));
    const follows = new FollowDao(store);
    const [ada, grace] = [await addUser(store, 'Ada'), await addUser(store, 'Grace')];
    await addUser(store, 'Eve');
    await store.write((tx) => follows.insert(tx, ada, grace, now()));

    const tweet = (changes = {}) => addTweet(store, tweets, ada, changes);
    await tweet();
    pass(DAY);
    await store.write((tx) => activity.note(tx, ada, now()));
    const first = await tweet();
    await tweet({ tweet: '', reblog_of_id: first.id });
    pass(8 * DAY);
    await store.write((tx) => activity.note(tx, grace, now()));
    await tweet();
    await tweet();
    pass(5 * DAY);

    const users = new UserDao(store);
    const stats = await new StatsService({ store, users, follows, activity, now }).read();
    assert.deepEqual([stats.people, stats.follows], [3, 1]);
    assert.deepEqual(stats.active, { day: 0, week: 1, month: 2 });
    assert.equal(stats.tweets.length, 14);
    assert.deepEqual(stats.tweets[0], { day: '2026-01-02', tweets: 1 });
    assert.deepEqual(stats.tweets.at(-1), { day: '2026-01-15', tweets: 0 });
    const busy = stats.tweets.filter((day) => day.tweets > 0);
    assert.deepEqual(busy, [
      { day: '2026-01-02', tweets: 1 },
      { day: '2026-01-10', tweets: 2 },
    ]);
  });
});

function clockAtNoon() {
  const clock = new FakeClock();
  clock.pass(12 * HOUR);
  return { now: clock.now, pass: (ms: number) => clock.pass(ms) };
}

test('somebody is active who logs in, and who comes back with a token', async (t) => {
  const { stats, join, sessions, clock, model, store } = await startServices(t, {
    tokenTtlMs: 365 * DAY,
  });
  const { token } = await join('Ada');
  assert.deepEqual((await stats.read()).active, { day: 1, week: 1, month: 1 });

  clock.pass(3 * DAY);
  assert.deepEqual((await stats.read()).active, { day: 0, week: 1, month: 1 });
  await sessions.authenticate(token);
  // Behind what `authenticate` has begun and does not wait for.
  await store.write(async () => {});
  assert.deepEqual((await stats.read()).active, { day: 1, week: 1, month: 1 });

  // A month counts longer than sessions last.
  await store.write((tx) => model.sessions.deleteExpired(tx, clock.now() + 400 * DAY));
  clock.pass(20 * DAY);
  assert.deepEqual((await stats.read()).active, { day: 0, week: 0, month: 1 });
});
