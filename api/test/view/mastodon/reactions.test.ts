import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { MastoHttpError } from 'masto';
import { startApp } from '../../kit/app.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { describeOnEngines, type Engine } from '../../kit/engines.ts';

async function scene(t: TestContext, engine: Engine) {
  const app = await startApp(t, { engine });
  const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
  const [a, b] = [clientFor(app, ada), clientFor(app, bob)];
  const { id } = await a.v1.statuses.create({ status: 'Hello' });
  return { app, ada, bob, a, b, nobody: clientFor(app), id };
}

const refused = (status: number) => (error: unknown) =>
  error instanceof MastoHttpError && error.statusCode === status;

/** All ids of a list, page by page. */
async function idsOf(list: AsyncIterable<{ id: string }[]>): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of list) ids.push(...page.map(({ id }) => id));
  return ids;
}

describeOnEngines('reactions', (engine) => {
  test('a favourite is there once, for all to count and for its owner to see', async (t) => {
    const { b, bob, nobody, id } = await scene(t, engine);
    await b.v1.statuses.$select(id).favourite();
    const status = await b.v1.statuses.$select(id).favourite();
    assert.deepEqual([status.favourited, status.favouritesCount], [true, 1]);
    const seen = await nobody.v1.statuses.$select(id).fetch();
    assert.deepEqual([seen.favourited, seen.favouritesCount], [false, 1]);
    const people = await nobody.v1.statuses.$select(id).favouritedBy.list();
    assert.deepEqual(
      people.map((account) => account.id),
      [String(bob.id)],
    );
    const undone = await b.v1.statuses.$select(id).unfavourite();
    assert.deepEqual([undone.favourited, undone.favouritesCount], [false, 0]);
    assert.equal((await b.v1.statuses.$select(id).unfavourite()).favouritesCount, 0);
  });

  test("one's own favourites and bookmarks come in pages, the newest first", async (t) => {
    const { a, b } = await scene(t, engine);
    const ids: string[] = [];
    for (const status of ['1', '2', '3', '4', '5']) {
      ids.push((await a.v1.statuses.create({ status })).id);
    }
    const order = [2, 0, 4, 1, 3].map((at) => ids[at] as string);
    for (const id of order) {
      await b.v1.statuses.$select(id).favourite();
      await b.v1.statuses.$select(id).bookmark();
    }
    assert.deepEqual(await idsOf(b.v1.favourites.list({ limit: 2 })), order.toReversed());
    assert.deepEqual(await idsOf(b.v1.bookmarks.list({ limit: 2 })), order.toReversed());
    assert.deepEqual(await idsOf(a.v1.favourites.list()), []);
    await b.v1.statuses.$select(ids[4] as string).unbookmark();
    assert.equal((await idsOf(b.v1.bookmarks.list())).length, 4);
  });

  test('a reblog is there once, and repeats the tweet', async (t) => {
    const { app, ada, bob, a, b, nobody, id } = await scene(t, engine);
    const reblog = await b.v1.statuses.$select(id).reblog();
    assert.equal(reblog.reblog?.id, id);
    assert.equal(reblog.account.id, String(bob.id));
    assert.deepEqual([reblog.reblogged, reblog.reblog?.reblogsCount], [true, 1]);
    assert.equal((await b.v1.statuses.$select(id).reblog()).id, reblog.id);
    // A reblog of a reblog repeats the tweet itself.
    const again = await a.v1.statuses.$select(reblog.id).reblog();
    assert.equal(again.reblog?.id, id);
    const people = await nobody.v1.statuses.$select(id).rebloggedBy.list();
    assert.deepEqual(
      people.map((account) => account.id),
      [String(ada.id), String(bob.id)],
    );
    // The classic face knows original tweets alone.
    assert.deepEqual(await app.timelineOf(bob), []);
    assert.deepEqual(await app.timelineOf(ada), ['Hello']);

    const undone = await b.v1.statuses.$select(id).unreblog();
    assert.deepEqual([undone.id, undone.reblogged, undone.reblogsCount], [id, false, 1]);
    await assert.rejects(b.v1.statuses.$select(reblog.id).fetch(), refused(404));
  });

  test('whoever repeats a tweet for his followers alone is not told of to others', async (t) => {
    const { ada, a, b, nobody, id } = await scene(t, engine);
    await b.v1.statuses.$select(id).reblog({ visibility: 'private' });
    await a.v1.statuses.$select(id).reblog({ visibility: 'unlisted' });
    for (const reader of [a, nobody]) {
      const people = await reader.v1.statuses.$select(id).rebloggedBy.list();
      assert.deepEqual(
        people.map((account) => account.id),
        [String(ada.id)],
      );
    }
  });

  test('two reblogs at the same moment are one', async (t) => {
    const { b, id } = await scene(t, engine);
    const reblogs = await Promise.all([1, 2, 3, 4].map(() => b.v1.statuses.$select(id).reblog()));
    assert.equal(new Set(reblogs.map((reblog) => reblog.id)).size, 1);
  });

  test('what is not for everyone is not repeated for everyone', async (t) => {
    const { app, ada, bob, a, b } = await scene(t, engine);
    await app.call('POST /follow', { as: bob, json: { follow: ada.id } });
    const { id } = await a.v1.statuses.create({ status: 'Friends', visibility: 'private' });
    await assert.rejects(b.v1.statuses.$select(id).reblog(), refused(422));
    const own = await a.v1.statuses.$select(id).reblog({ visibility: 'public' });
    assert.equal(own.visibility, 'private');
    const direct = await a.v1.statuses.create({ status: 'Dear @bob', visibility: 'direct' });
    await assert.rejects(b.v1.statuses.$select(direct.id).reblog(), refused(422));
  });

  test('one pins tweets of his own, and only a few', async (t) => {
    const { a, b, id } = await scene(t, engine);
    await assert.rejects(b.v1.statuses.$select(id).pin(), refused(422));
    assert.equal((await a.v1.statuses.$select(id).pin()).pinned, true);
    for (const status of ['1', '2', '3', '4']) {
      const more = await a.v1.statuses.create({ status });
      await a.v1.statuses.$select(more.id).pin();
    }
    const sixth = await a.v1.statuses.create({ status: '6' });
    await assert.rejects(a.v1.statuses.$select(sixth.id).pin(), refused(422));
    assert.equal((await a.v1.statuses.$select(id).unpin()).pinned, false);
    assert.equal((await a.v1.statuses.$select(sixth.id).pin()).pinned, true);
  });

  test('a conversation is muted as a whole', async (t) => {
    const { a, b, id } = await scene(t, engine);
    const answer = await b.v1.statuses.create({ status: 'Hi', inReplyToId: id });
    assert.equal((await a.v1.statuses.$select(answer.id).mute()).muted, true);
    assert.equal((await a.v1.statuses.$select(id).fetch()).muted, true);
    assert.equal((await b.v1.statuses.$select(id).fetch()).muted, false);
    assert.equal((await a.v1.statuses.$select(id).unmute()).muted, false);
  });

  test('nothing is done with what one may not see, or what is not there', async (t) => {
    const { a, b } = await scene(t, engine);
    const { id } = await a.v1.statuses.create({ status: 'Mine', visibility: 'private' });
    for (const hidden of [id, '123', 'nonsense']) {
      const status = b.v1.statuses.$select(hidden);
      await assert.rejects(status.favourite(), refused(404));
      await assert.rejects(status.bookmark(), refused(404));
      await assert.rejects(status.reblog(), refused(404));
      await assert.rejects(status.pin(), refused(404));
      await assert.rejects(status.mute(), refused(404));
    }
  });
});
