import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { mastodon } from 'masto';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';
import { describeOnEngines } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';

/** What statuses say, a reblog with the name of who repeats it before it. */
const said = (statuses: readonly mastodon.v1.Status[]) =>
  statuses.map(({ account, content, reblog }) =>
    reblog ? `${account.username}: ${textOf(reblog.content)}` : textOf(content),
  );

const textOf = (html: string) => html.replaceAll(/<[^>]*>/g, '');

async function follow(app: TestApp, who: Person, whom: Person): Promise<void> {
  const { status } = await app.call('POST /follow', {
    as: who,
    json: { id: who.id, follow: whom.id },
  });
  assert.equal(status, 200);
}

async function people<const Names extends readonly string[]>(app: TestApp, ...names: Names) {
  const joined: Person[] = [];
  for (const name of names) joined.push(await app.join(name));
  return joined as { [K in keyof Names]: Person };
}

describeOnEngines('timelines of the Mastodon client API', (engine) => {
  test('home has tweets, answers and reblogs as its reader wants them', async (t) => {
    const app = await startApp(t, { engine });
    const [ada, grace, ken] = await people(app, 'Ada', 'Grace', 'Ken');
    await follow(app, ada, grace);
    const [asAda, asGrace, asKen] = [ada, grace, ken].map((one) => clientFor(app, one));
    const strangers = await asKen!.v1.statuses.create({ status: 'from a stranger' });
    await asGrace!.v1.statuses.create({ status: 'an answer', inReplyToId: strangers.id });
    await asGrace!.v1.statuses.create({ status: 'for followers', visibility: 'private' });
    await asGrace!.v1.statuses.create({ status: '@ada in private', visibility: 'direct' });
    await asGrace!.v1.statuses.$select(strangers.id).reblog();

    const home = await asAda!.v1.timelines.home.list();
    assert.deepEqual(said(home), ['grace: from a stranger', 'for followers']);
    assert.deepEqual(await app.timelineOf(ada), ['an answer']);
  });

  test('the public timeline has what is for everybody, and pages', async (t) => {
    const app = await startApp(t, { engine });
    const [ada, grace] = await people(app, 'Ada', 'Grace');
    const [asAda, asGrace] = [clientFor(app, ada), clientFor(app, grace)];
    const first = await asAda.v1.statuses.create({ status: 'first' });
    await asGrace.v1.statuses.create({ status: 'answer', inReplyToId: first.id });
    await asAda.v1.statuses.create({ status: 'first, continued', inReplyToId: first.id });
    await asAda.v1.statuses.create({ status: 'unlisted', visibility: 'unlisted' });
    await asGrace.v1.statuses.$select(first.id).reblog();
    await asGrace.v1.statuses.create({ status: 'last' });

    const anybody = clientFor(app);
    assert.deepEqual(said(await anybody.v1.timelines.public.list()), [
      'last',
      'first, continued',
      'first',
    ]);
    assert.deepEqual(said(await anybody.v1.timelines.public.list({ minId: first.id, limit: 1 })), [
      'first, continued',
    ]);
    assert.deepEqual(
      said(await anybody.v1.timelines.public.list({ sinceId: first.id, limit: 1 })),
      ['last'],
    );
    assert.deepEqual(await anybody.v1.timelines.public.list({ remote: true }), []);
    assert.deepEqual(await anybody.v1.timelines.public.list({ onlyMedia: true }), []);
    const page = await app.call('GET /api/v1/timelines/public?limit=2&local=1');
    const link = page.headers.get('link') ?? '';
    assert.match(link, /limit=2&local=1&max_id=\d+>; rel="next", <.*min_id=\d+>; rel="prev"/);
  });

  test('hashtags are found in any case, alone and together', async (t) => {
    const app = await startApp(t, { engine });
    const [ada] = await people(app, 'Ada');
    const client = clientFor(app, ada);
    for (const status of ['#Tea', '#tea and #cake', '#cake', '#tea without #milk', '#안녕']) {
      await client.v1.statuses.create({ status });
    }
    await client.v1.statuses.create({ status: '#tea for few', visibility: 'unlisted' });
    const { tag } = clientFor(app).v1.timelines;

    assert.deepEqual(said(await tag.$select('TEA').list()), [
      '#tea without #milk',
      '#tea and #cake',
      '#Tea',
    ]);
    assert.deepEqual(said(await tag.$select('안녕').list()), ['#안녕']);
    const found = async (query: string) => {
      const { body } = await app.call(`GET /api/v1/timelines/tag/tea?${query}`);
      return said(body);
    };
    assert.deepEqual(await found('any[]=cake&none[]=milk'), ['#cake', '#tea and #cake', '#Tea']);
    assert.deepEqual(await found('all[]=Cake'), ['#tea and #cake']);
    assert.deepEqual(await found('all[]=nobody'), []);
    assert.deepEqual(await tag.$select('nobody').list(), []);
  });

  test('lists have members, a policy for answers, and may keep them from home', async (t) => {
    const app = await startApp(t, { engine });
    const [ada, grace, ken, linus] = await people(app, 'Ada', 'Grace', 'Ken', 'Linus');
    await follow(app, ada, grace);
    await follow(app, ada, ken);
    const client = clientFor(app, ada);
    const [byGrace, byKen] = [clientFor(app, grace), clientFor(app, ken)];
    const kens = await byKen.v1.statuses.create({ status: 'by Ken' });
    await byGrace.v1.statuses.create({ status: 'by Grace' });
    await byGrace.v1.statuses.create({ status: 'to Ken', inReplyToId: kens.id });

    const list = await client.v1.lists.create({ title: 'Friends' });
    assert.deepEqual(list, {
      id: list.id,
      title: 'Friends',
      repliesPolicy: 'list',
      exclusive: false,
    });
    const { accounts } = client.v1.lists.$select(list.id);
    await accounts.create({ accountIds: [String(grace.id)] });
    assert.deepEqual(
      (await accounts.list()).map(({ acct }) => acct),
      ['grace'],
    );
    assert.deepEqual((await client.v1.accounts.$select(String(grace.id)).lists.list()).length, 1);
    assert.deepEqual((await client.v1.accounts.$select(String(ken.id)).lists.list()).length, 0);

    const onList = async () => said(await client.v1.timelines.list.$select(list.id).list());
    assert.deepEqual(await onList(), ['by Grace']);
    await app.call(`PUT /api/v1/lists/${list.id}`, {
      as: ada,
      json: { replies_policy: 'followed', exclusive: true },
    });
    assert.deepEqual(await onList(), ['to Ken', 'by Grace']);
    assert.deepEqual(said(await client.v1.timelines.home.list()), ['by Ken']);

    const refused = await app.call(`POST /api/v1/lists/${list.id}/accounts`, {
      as: ada,
      json: { account_ids: [String(linus.id)] },
    });
    assert.equal(refused.status, 404);
    await accounts.remove({ accountIds: [String(grace.id)] });
    assert.deepEqual(await accounts.list(), []);
    assert.equal((await app.call(`GET /api/v1/lists/${list.id}`, { as: grace })).status, 404);
    await client.v1.lists.$select(list.id).remove();
    assert.deepEqual(await client.v1.lists.list(), []);
    assert.equal(
      (await app.call('POST /api/v1/lists', { as: ada, json: { title: ' ' } })).status,
      422,
    );
  });

  test('markers say how far one has read, on every device', async (t) => {
    const app = await startApp(t, { engine });
    const [ada, grace] = await people(app, 'Ada', 'Grace');
    const client = clientFor(app, ada);
    const first = await client.v1.markers.create({ home: { lastReadId: '17' } });
    assert.equal(first.home.version, 1);
    const second = await client.v1.markers.create({
      home: { lastReadId: '12' },
      notifications: { lastReadId: '3' },
    });
    assert.deepEqual([second.home.lastReadId, second.home.version], ['12', 2]);

    const known = await client.v1.markers.fetch({ timeline: ['home', 'notifications'] });
    assert.deepEqual(known, second);
    assert.deepEqual(await client.v1.markers.fetch({ timeline: ['home'] }), { home: second.home });
    assert.deepEqual(await clientFor(app, grace).v1.markers.fetch({ timeline: ['home'] }), {});
  });
});
