import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Store } from '../../src/model/database.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { VISIBILITY } from '../../src/model/schema.ts';
import { type Listener, TimelineJournal } from '../../src/model/timeline-journal.ts';
import type { TweetDao } from '../../src/model/tweets.ts';
import { UserDao } from '../../src/model/users.ts';
import { describeOnEngines, type Engine, freshStore } from '../kit/engines.ts';
import { addTweet, addUser, tweetDao } from '../kit/rows.ts';

interface Place {
  readonly store: Store;
  readonly journal: TimelineJournal;
  readonly tweets: TweetDao;
  readonly follows: FollowDao;
  /** Follows the second, as do the third and the fourth. */
  readonly people: readonly [number, number, number, number];
}

/** Four people, all of them an audience. */
async function place(t: TestContext, engine: Engine): Promise<Place> {
  const store = await freshStore(t, engine);
  const journal = new TimelineJournal(store);
  const people: number[] = [];
  for (const name of ['Ada', 'Bob', 'Cho', 'Dae']) people.push(await addUser(store, name));
  const [ada, bob, cho, dae] = people as [number, number, number, number];
  const follows = new FollowDao(store, journal);
  for (const id of [ada, cho, dae]) await follows.insertAlone(id, bob, 1);
  for (const id of people) assert.ok(await journal.addViewer(id, 1000));
  const tweets = await tweetDao(store, journal);
  return { store, journal, tweets, follows, people: [ada, bob, cho, dae] };
}

const generationsOf = ({ journal, people }: Place) =>
  Promise.all(people.map(async (id) => (await journal.state(id)).viewer?.generation));

async function listenersOf({ journal }: Place, authors: number[], limit: number) {
  const parts: (readonly Listener[])[] = [];
  for await (const part of journal.listeners(authors, limit)) parts.push(part);
  return parts.flat().map(({ author, viewer }) => [author, viewer]);
}

describeOnEngines('the journal of timelines', (engine) => {
  test('a tweet stands in the outbox of those it is for, until it is pushed or gone', async (t) => {
    const here = await place(t, engine);
    const { store, journal, tweets, follows, people } = here;
    const [ada, bob, cho] = people;
    await follows.deleteAlone(cho, bob);
    const { id } = await tweets.insertAlone({ user_id: bob, tweet: 'a', visibility: 0 });
    const { id: later } = await addTweet(store, tweets, bob);
    await addTweet(store, tweets, bob, { visibility: VISIBILITY.direct });
    await addTweet(store, tweets, ada, { reblog_of_id: id });
    const unpushedFor = async (userId: number) =>
      (await journal.state(userId)).unpushed.map((entry) => entry.id);

    assert.deepEqual(await unpushedFor(ada), [id, later]);
    assert.deepEqual(await unpushedFor(bob), [id, later]);
    assert.deepEqual(await unpushedFor(cho), []);
    assert.deepEqual(
      (await journal.unpushed(later, 10)).map((entry) => entry.id),
      [id],
    );
    await journal.pushed([id]);
    assert.deepEqual(await unpushedFor(ada), [later]);
    assert.deepEqual(await journal.stillUnpushed([id, later]), new Set([later]));
    await store.write((tx) => tweets.delete(tx, later));
    assert.deepEqual(await unpushedFor(ada), []);
  });

  test('each change raises the generations of those whose lists it makes wrong', async (t) => {
    const here = await place(t, engine);
    const { store, journal, tweets, follows, people } = here;
    const [ada, bob] = people;
    const { id } = await addTweet(store, tweets, bob);
    assert.deepEqual(await generationsOf(here), [1000, 1000, 1000, 1000]);

    await follows.deleteAlone(people[3], bob);
    assert.deepEqual(await generationsOf(here), [1000, 1000, 1000, 1001]);
    await store.write((tx) => tweets.delete(tx, id));
    assert.deepEqual(await generationsOf(here), [1001, 1001, 1001, 1001]);
    const users = new UserDao(store, journal);
    await store.write((tx) => users.update(tx, bob, { state: 'suspended' }, 2));
    assert.deepEqual(await generationsOf(here), [1002, 1002, 1002, 1001]);
    await follows.insertAlone(ada, people[2], 2);
    assert.deepEqual(await generationsOf(here), [1003, 1002, 1002, 1001]);
    await store.write((tx) => users.update(tx, bob, { profile_picture: null }, 3));
    assert.deepEqual(await generationsOf(here), [1003, 1002, 1002, 1001]);
  });

  test('the audience comes in parts, each of it once, and not to who is suspended', async (t) => {
    const here = await place(t, engine);
    const { store, follows, people } = here;
    const [ada, bob, cho, dae] = people;
    await follows.insertAlone(dae, ada, 1);
    const all = [
      [ada, ada],
      [bob, bob],
      [ada, dae],
      [bob, ada],
      [bob, cho],
      [bob, dae],
    ];
    const ordered = (pairs: number[][]) => pairs.map(String).toSorted();

    for (const limit of [1, 2, 3, 100]) {
      assert.deepEqual(ordered(await listenersOf(here, [ada, bob], limit)), ordered(all));
    }
    const users = new UserDao(store);
    await store.write((tx) => users.update(tx, bob, { state: 'suspended' }, 2));
    assert.deepEqual(
      ordered(await listenersOf(here, [ada, bob], 2)),
      ordered([
        [ada, ada],
        [ada, dae],
      ]),
    );
  });

  test('an epoch ends once, and takes what it is told out of the outbox', async (t) => {
    const { store, journal, tweets, people } = await place(t, engine);
    const { id } = await addTweet(store, tweets, people[1]);
    const { id: later } = await addTweet(store, tweets, people[1]);
    assert.equal(await journal.epoch(), '');

    await journal.renewEpoch('', 'one');
    await journal.renewEpoch('', 'two', later);
    assert.equal(await journal.epoch(), 'one');
    assert.equal((await journal.state(people[0])).unpushed.length, 2);
    await journal.renewEpoch('one', 'two', id);
    const state = await journal.state(people[0]);
    assert.deepEqual([state.epoch, state.unpushed.map((entry) => entry.id)], ['two', [later]]);
  });

  test('who has not read for long is no audience; a new one never has an old generation', async (t) => {
    const here = await place(t, engine);
    const { journal, follows, people } = here;
    const [ada, bob] = people;
    await follows.deleteAlone(ada, bob);
    await journal.touchViewer(bob, 9000);

    await journal.deleteIdleViewers(9000);

    assert.deepEqual(await generationsOf(here), [undefined, 1000, undefined, undefined]);
    assert.ok(await journal.addViewer(ada, 9500));
    assert.ok(await journal.addViewer(bob, 9500), 'twice is once');
    assert.deepEqual(await generationsOf(here), [9500, 1000, undefined, undefined]);
    assert.equal(await journal.addViewer(999_999, 9500), false);
  });

  // SQLite has one writer: there it is true by itself, and cannot be tried.
  if (engine === 'mysql') {
    test('nobody becomes an audience between the look and the commit of a removal', async (t) => {
      const { store, journal, tweets, people } = await place(t, engine);
      const [ada, bob] = people;
      const { id } = await addTweet(store, tweets, bob);
      await store.write((tx) =>
        tx.deleteFrom('timeline_viewers').where('user_id', '=', ada).execute(),
      );
      const events: string[] = [];
      const looked = Promise.withResolvers<void>();
      const goOn = Promise.withResolvers<void>();
      const removal = store.write(async (tx) => {
        await tweets.delete(tx, id);
        looked.resolve();
        await goOn.promise;
        events.push('commit');
      });
      await looked.promise;
      const added = journal.addViewer(ada, 2000).then(() => events.push('audience'));
      setTimeout(goOn.resolve, 300);
      await Promise.all([removal, added]);

      assert.deepEqual(events, ['commit', 'audience']);
    });
  }
});
