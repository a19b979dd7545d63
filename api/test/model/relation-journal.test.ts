/** Servers that share timelines hear of every relation that changes what is on them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BlockDao } from '../../src/model/blocks.ts';
import type { Tx } from '../../src/model/database.ts';
import { FollowedHashtagDao } from '../../src/model/followed-hashtags.ts';
import { FollowDao } from '../../src/model/follows.ts';
import { HashtagDao } from '../../src/model/hashtags.ts';
import { MuteDao } from '../../src/model/mutes.ts';
import { TimelineJournal } from '../../src/model/timeline-journal.ts';
import { describeOnEngines, freshStore } from '../kit/engines.ts';
import { addUser } from '../kit/rows.ts';

describeOnEngines('the journal of timelines hears of', (engine) => {
  test('follows, blocks, mutes and followed hashtags, for those whom they concern', async (t) => {
    const store = await freshStore(t, engine);
    const journal = new TimelineJournal(store);
    const [ada, bob] = [await addUser(store, 'Ada'), await addUser(store, 'Bob')];
    for (const id of [ada, bob]) await journal.addViewer(id, 1000);
    const generations = () =>
      Promise.all([ada, bob].map(async (id) => (await journal.state(id)).viewer?.generation ?? 0));
    /** Whose lists are not to be believed any more. */
    const concerned = async (change: (tx: Tx) => Promise<unknown>) => {
      const before = await generations();
      await store.write(change);
      const after = await generations();
      return ['Ada', 'Bob'].filter((_, at) => (after[at] ?? 0) > (before[at] ?? 0));
    };

    const follows = new FollowDao(store, journal);
    const wishes = { showsReblogs: false };
    assert.deepEqual(await concerned((tx) => follows.insert(tx, ada, bob, 1)), ['Ada']);
    assert.deepEqual(await concerned((tx) => follows.insert(tx, ada, bob, 1, wishes)), ['Ada']);
    assert.deepEqual(await concerned((tx) => follows.delete(tx, ada, bob)), ['Ada']);

    const blocks = new BlockDao(store, journal);
    assert.deepEqual(await concerned((tx) => blocks.insert(tx, bob, ada, 1)), ['Ada', 'Bob']);
    assert.deepEqual(await concerned((tx) => blocks.delete(tx, bob, ada)), ['Ada', 'Bob']);

    const mutes = new MuteDao(store, journal);
    const terms = { hidesNotifications: true, expiresAt: 5 };
    assert.deepEqual(await concerned((tx) => mutes.put(tx, bob, ada, terms, 1)), ['Bob']);
    assert.deepEqual(await concerned((tx) => mutes.deleteEnded(tx, bob, 5)), ['Bob']);
    assert.deepEqual(await concerned((tx) => mutes.delete(tx, bob, ada)), ['Bob']);

    const hashtags = new HashtagDao(store);
    const [id = 0] = await store.write((tx) => hashtags.take(tx, new Map([['cats', 'cats']]), 1));
    const followed = new FollowedHashtagDao(store, journal);
    assert.deepEqual(await concerned((tx) => followed.insert(tx, ada, id, 1)), ['Ada']);
    assert.deepEqual(await concerned((tx) => followed.delete(tx, ada, id)), ['Ada']);
  });
});
