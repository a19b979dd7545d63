/** Filters, made and met by the client library, and by an older app. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FILTER_SECONDS_MAX } from '../../../src/service/limits.ts';
import { startApp } from '../../kit/app.ts';
import { ENGINES } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';

describe('filters', () => {
  for (const engine of ENGINES) {
    test(`are made, changed and taken back (${engine})`, async (t) => {
      const app = await startApp(t, { engine });
      const client = clientFor(app, await app.join('Ada'));
      const { filters } = client.v2;
      const made = await filters.create({
        title: 'Potter',
        context: ['home', 'thread'],
        filterAction: 'hide',
        expiresIn: 3600,
        keywordsAttributes: [{ keyword: 'snape', wholeWord: true }],
      });
      const { expiresAt, keywords, ...rest } = made;
      assert.deepEqual(rest, {
        id: made.id,
        title: 'Potter',
        context: ['home', 'thread'],
        filterAction: 'hide',
        statuses: [],
      });
      assert.ok(Date.parse(expiresAt ?? '') > Date.now() + 3_000_000);
      assert.deepEqual(
        keywords.map(({ keyword, wholeWord }) => [keyword, wholeWord]),
        [['snape', true]],
      );
      assert.deepEqual(await filters.list(), [made]);

      const filter = filters.$select(made.id);
      const updated = await filter.update({ title: 'Other', expiresIn: null });
      assert.deepEqual([updated.title, updated.expiresAt], ['Other', null]);
      const word = await filter.keywords.create({ keyword: 'dies' });
      assert.equal((await filter.keywords.list()).length, 2);
      const one = filters.keywords.$select(word.id);
      assert.equal((await one.update({ keyword: 'lives' })).keyword, 'lives');
      assert.equal((await one.fetch()).wholeWord, false);
      await one.remove();
      await assert.rejects(one.fetch(), { statusCode: 404 });

      const status = await client.v1.statuses.create({ status: 'Hello' });
      const entry = await filter.statuses.create({ statusId: status.id });
      assert.equal(entry.statusId, status.id);
      assert.deepEqual(await filters.statuses.$select(entry.id).fetch(), entry);
      assert.deepEqual(await filter.statuses.list(), [entry]);
      await filters.statuses.$select(entry.id).remove();
      assert.deepEqual(await filter.statuses.list(), []);
      await filter.remove();
      assert.deepEqual(await filters.list(), []);
    });
  }

  test('show in statuses, wherever they are met', async (t) => {
    const app = await startApp(t);
    const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
    const client = clientFor(app, ada);
    await client.v1.accounts.$select(String(bob.id)).follow();
    const { id } = await clientFor(app, bob).v1.statuses.create({ status: 'Snape lives, @ada #x' });
    await clientFor(app, bob).v1.statuses.$select(id).reblog();
    const before = await client.v1.timelines.home.list();
    assert.deepEqual(before[0]?.filtered, []);

    const keywordsAttributes = [{ keyword: 'snape' }, { keyword: 'nothing' }];
    const filter = await client.v2.filters.create({
      title: 'Potter',
      context: ['home'],
      keywordsAttributes,
    });
    const expected = [
      {
        filter: {
          id: filter.id,
          title: 'Potter',
          context: ['home'],
          expiresAt: null,
          filterAction: 'warn',
        },
        keywordMatches: ['Snape'],
        statusMatches: null,
      },
    ];
    const met = {
      alone: await client.v1.statuses.$select(id).fetch(),
      home: (await client.v1.timelines.home.list())[0],
      public: (await client.v1.timelines.public.list())[0],
      hashtag: (await client.v1.timelines.tag.$select('x').list())[0],
      account: (await client.v1.accounts.$select(String(bob.id)).statuses.list())[0],
      notifications: (await client.v1.notifications.list())[0]?.status,
    };
    for (const [where, status] of Object.entries(met)) {
      assert.deepEqual(status?.filtered, expected, where);
      if (status?.reblog) assert.deepEqual(status.reblog.filtered, expected, where);
    }
    const toBob = await clientFor(app, bob).v1.statuses.$select(id).fetch();
    assert.deepEqual(toBob.filtered, []);

    await client.v2.filters.$select(filter.id).remove();
    assert.deepEqual((await client.v1.timelines.home.list())[0]?.filtered, []);
  });

  test('are taken in every form that clients send', async (t) => {
    const app = await startApp(t);
    const as = await app.join('Ada');
    const form = new URLSearchParams([
      ['title', 'by form'],
      ['context[]', 'home'],
      ['context[]', 'public'],
      ['expires_in', ''],
      ['keywords_attributes[0][keyword]', 'snape'],
      ['keywords_attributes[0][whole_word]', 'true'],
    ]);
    const posted = await app.call('POST /api/v2/filters', { as, raw: form });
    assert.equal(posted.status, 200, posted.text);
    assert.deepEqual([posted.body.context, posted.body.expires_at], [['home', 'public'], null]);
    assert.equal(posted.body.keywords[0].whole_word, true);

    const change = (json: object) =>
      app.call(`PUT /api/v2/filters/${posted.body.id}`, { as, json });
    const timed = await change({ expires_in: '60' });
    assert.notEqual(timed.body.expires_at, null, timed.text);
    assert.equal((await change({ title: 'x' })).body.expires_at, timed.body.expires_at);
    assert.equal((await change({ expires_in: null })).body.expires_at, null);
    assert.equal((await change({ expires_in: FILTER_SECONDS_MAX })).status, 200);
    assert.equal((await change({ expires_in: FILTER_SECONDS_MAX + 1 })).status, 422);
    assert.equal((await change({ context: ['everywhere'] })).status, 422);
    assert.equal((await change({ context: [] })).status, 422);
    assert.equal((await change({ filter_action: 'burn' })).status, 422);
    assert.equal((await app.call('PUT /api/v2/filters/999', { as, json: {} })).status, 404);
    const gone = await app.call(`DELETE /api/v2/filters/${posted.body.id}`, { as });
    assert.deepEqual([gone.status, gone.body], [200, {}]);
  });

  test('are words, one by one, to older apps', async (t) => {
    const app = await startApp(t);
    const as = await app.join('Ada');
    const client = clientFor(app, as);
    const { filters } = client.v1;
    const made = await filters.create({ phrase: 'snape', context: ['home'], wholeWord: true });
    assert.deepEqual(made, {
      id: made.id,
      phrase: 'snape',
      context: ['home'],
      wholeWord: true,
      expiresAt: null,
      irreversible: false,
    });
    const one = filters.$select(made.id);
    const changed = await one.update({ phrase: 'dies', context: ['home'], irreversible: true });
    assert.deepEqual([changed.phrase, changed.irreversible], ['dies', true]);
    assert.deepEqual(await filters.list(), [changed]);
    const [asNew] = await client.v2.filters.list();
    assert.deepEqual([asNew?.filterAction, asNew?.keywords.length], ['hide', 1]);
    await one.remove();
    assert.deepEqual(await client.v2.filters.list(), []);
  });
});
