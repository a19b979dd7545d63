/** The Mastodon client API with the real client library, on two servers that share MySQL and Redis. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENGINES } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { startRedis } from '../../kit/redis.ts';
import { startServers } from '../../kit/servers.ts';
import { streamingClientFor, untilOpen } from '../../kit/streams.ts';

/** Ada is at the one server, Bob, whom she follows, at the other. */
async function startTwo(t: TestContext) {
  const [here, there] = await startServers(t, (await startRedis(t)).url);
  assert.ok(here && there);
  const [ada, bob] = [await here.join('Ada'), await there.join('Bob')];
  const clients = { adas: clientFor(here, ada), bobs: clientFor(there, bob) };
  await clients.adas.v1.accounts.$select(String(bob.id)).follow();
  return { here, there, ada, bob, ...clients };
}

const contents = (statuses: readonly { readonly content: string }[]) =>
  statuses.map(({ content }) => content.replaceAll(/<[^>]*>/g, ''));

if (ENGINES.includes('mysql')) {
  describe('two servers', () => {
    test('have the same timelines, at once', async (t) => {
      const { adas, bobs } = await startTwo(t);
      const home = async () => contents(await adas.v1.timelines.home.list());
      assert.deepEqual(await home(), []);
      const { id } = await bobs.v1.statuses.create({ status: 'ships in #harbour' });
      assert.deepEqual(await home(), ['ships in #harbour']);
      assert.deepEqual(contents(await adas.v1.timelines.public.list()), ['ships in #harbour']);
      const tagged = await adas.v1.timelines.tag.$select('harbour').list();
      assert.deepEqual(contents(tagged), ['ships in #harbour']);
      await bobs.v1.statuses.$select(id).update({ status: 'boats' });
      assert.deepEqual(await home(), ['boats']);
      await bobs.v1.statuses.$select(id).remove();
      assert.deepEqual(await home(), []);
    });

    test('page alike', async (t) => {
      const { adas, bobs } = await startTwo(t);
      for (let n = 1; n <= 5; n += 1) await bobs.v1.statuses.create({ status: `no. ${n}` });
      const pages: string[][] = [];
      for await (const page of adas.v1.timelines.home.list({ limit: 2 }))
        pages.push(contents(page));
      assert.deepEqual(pages, [['no. 5', 'no. 4'], ['no. 3', 'no. 2'], ['no. 1']]);
    });

    test('tell each other of what people do', async (t) => {
      const { ada, adas, bobs } = await startTwo(t);
      const { id } = await bobs.v1.statuses.create({ status: `hello @ada` });
      const [told] = await adas.v1.notifications.list();
      assert.deepEqual([told?.type, told?.status?.id], ['mention', id]);
      const deeds = adas.v1.statuses.$select(id);
      await deeds.favourite();
      await deeds.bookmark();
      const { reblog } = await deeds.reblog();
      assert.equal(reblog?.id, id);
      const seen = await bobs.v1.statuses.$select(id).fetch();
      assert.deepEqual([seen.favouritesCount, seen.reblogsCount], [1, 1]);
      const kinds = (await bobs.v1.notifications.list()).map(({ type }) => type);
      assert.deepEqual(kinds, ['reblog', 'favourite', 'follow']);
      assert.deepEqual(contents(await adas.v1.bookmarks.list()), ['hello @ada']);
      await bobs.v1.accounts.$select(String(ada.id)).block();
      await assert.rejects(deeds.fetch(), { statusCode: 404 });
      assert.deepEqual(await adas.v1.timelines.home.list(), []);
    });

    test('stream what happens at the other', async (t) => {
      const { here, ada, adas, bobs } = await startTwo(t);
      using events = streamingClientFor(t, here, ada).user.subscribe();
      const iterator = events.values();
      const first = iterator.next();
      await untilOpen(here, 1);
      const { id } = await bobs.v1.statuses.create({ status: 'hello' });
      const update = (await first).value;
      assert.equal(update?.event === 'update' && update.payload.id, id);
      const mine = await adas.v1.statuses.create({ status: 'mine' });
      assert.equal((await iterator.next()).value?.event, 'update');
      await bobs.v1.statuses.$select(mine.id).favourite();
      const told = (await iterator.next()).value;
      assert.equal(told?.event === 'notification' && told.payload.type, 'favourite');
      await bobs.v1.statuses.$select(id).remove();
      const gone = (await iterator.next()).value;
      assert.deepEqual([gone?.event, gone?.payload], ['delete', id]);
    });

    test('find the same', async (t) => {
      const { adas, bobs } = await startTwo(t);
      await bobs.v1.statuses.create({ status: '안녕 #harbour' });
      const find = async (q: string) => adas.v2.search.list({ q });
      const deadline = Date.now() + 30_000;
      while ((await find('안녕')).statuses.length === 0) {
        assert.ok(Date.now() < deadline, 'nothing is found');
        await sleep(50);
      }
      assert.deepEqual(contents((await find('안녕')).statuses), ['안녕 #harbour']);
      assert.deepEqual(
        (await find('bob')).accounts.map(({ acct }) => acct),
        ['bob'],
      );
      assert.deepEqual(
        (await find('harb')).hashtags.map(({ name }) => name),
        ['harbour'],
      );
    });

    test('post once what is sent to both with one key', async (t) => {
      const { here, there, bob } = await startTwo(t);
      const headers = { 'idempotency-key': 'once' };
      const post = (server: typeof here) =>
        server.call('POST /api/v1/statuses', { as: bob, json: { status: 'once' }, headers });
      const ids = (await Promise.all([post(here), post(there)])).map(({ body }) => body.id);
      assert.equal(ids[0], ids[1]);
      assert.deepEqual(await here.timelineOf(bob), ['once']);
    });

    test('keep lists, filters, followed hashtags and markers for both', async (t) => {
      const { here, there, ada, bob, adas } = await startTwo(t);
      const elsewhere = clientFor(there, ada);
      assert.notEqual(here.url, there.url);
      const list = await adas.v1.lists.create({ title: 'Friends' });
      await adas.v1.lists.$select(list.id).accounts.create({ accountIds: [String(bob.id)] });
      assert.equal((await elsewhere.v1.lists.$select(list.id).accounts.list()).length, 1);
      await adas.v2.filters.create({
        title: 'No',
        context: ['home'],
        keywordsAttributes: [{ keyword: 'spoiler' }],
      });
      const { id } = await clientFor(here, bob).v1.statuses.create({ status: 'a spoiler' });
      const [filtered] = await elsewhere.v1.timelines.home.list();
      assert.equal(filtered?.filtered?.[0]?.filter.title, 'No');
      assert.equal((await elsewhere.v1.timelines.list.$select(list.id).list()).length, 1);
      await adas.v1.tags.$select('harbour').follow();
      assert.deepEqual(
        (await elsewhere.v1.followedTags.list()).map(({ name }) => name),
        ['harbour'],
      );
      await adas.v1.markers.create({ home: { lastReadId: id } });
      const { home } = await elsewhere.v1.markers.fetch({ timeline: ['home'] });
      assert.equal(home.lastReadId, id);
    });
  });
}
