import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { STREAMS_PER_USER } from '../../../../src/service/limits.ts';
import { startApp } from '../../../kit/app.ts';
import { clientFor } from '../../../kit/mastodon.ts';
import { openEvents, untilConnected } from '../../../kit/streams.ts';

const STREAMS = [
  'user',
  'public',
  'public/local',
  'public?only_media=false',
  'hashtag?tag=cats',
  'hashtag/local?tag=Cats',
];

describe('streams of Server-Sent Events', () => {
  test('tell of tweets, edits and deletions', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const { response, heard, comments } = await openEvents(t, app, 'user', ada);
    assert.equal(response.statusCode, 200);
    assert.equal(response.headers['content-type'], 'text/event-stream');
    assert.equal(response.headers['cache-control'], 'private, no-store');
    assert.equal(response.headers['access-control-allow-origin'], '*');
    assert.equal(await comments.next(), ':)');

    const client = clientFor(app, ada);
    const { id } = await client.v1.statuses.create({ status: 'hello' });
    const update = await heard.next();
    assert.deepEqual([update.event, update.payload.id], ['update', id]);
    await client.v1.statuses.$select(id).update({ status: 'hello again' });
    const edit = await heard.next();
    assert.deepEqual([edit.event, edit.payload.content], ['status.update', '<p>hello again</p>']);
    await client.v1.statuses.$select(id).remove();
    assert.deepEqual(await heard.next(), { event: 'delete', payload: id });
  });

  for (const path of STREAMS) {
    test(`at ${path}`, async (t) => {
      const app = await startApp(t);
      const ada = await app.join('Ada');
      const { heard } = await openEvents(t, app, path, ada);
      await app.tweet(ada, 'all of #cats');
      assert.equal((await heard.next()).event, 'update');
    });
  }

  test('at list, for its owner', async (t) => {
    const app = await startApp(t);
    const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
    await app.call('POST /follow', { as: ada, json: { follow: bob.id } });
    const client = clientFor(app, ada);
    const { id } = await client.v1.lists.create({ title: 'Friends' });
    await client.v1.lists.$select(id).accounts.create({ accountIds: [String(bob.id)] });
    const { heard } = await openEvents(t, app, `list?list=${id}`, ada);
    await app.tweet(ada, 'not by a member');
    await app.tweet(bob, 'by a member');
    assert.equal((await heard.next()).payload.content, '<p>by a member</p>');
    const { response } = await openEvents(t, app, `list?list=${id}`, bob);
    assert.equal(response.statusCode, 404);
  });

  test('at user/notification and direct', async (t) => {
    const app = await startApp(t);
    const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
    const told = await openEvents(t, app, 'user/notification', ada);
    const direct = await openEvents(t, app, 'direct', ada);
    const status = { status: 'for @ada', visibility: 'direct' } as const;
    const { id } = await clientFor(app, bob).v1.statuses.create(status);
    const notification = await told.heard.next();
    assert.equal(notification.event, 'notification');
    assert.deepEqual([notification.payload.type, notification.payload.status.id], ['mention', id]);
    assert.equal((await direct.heard.next()).payload.id, id);
  });

  test('say that they are there, to anybody', async (t) => {
    const app = await startApp(t);
    const { status, text } = await app.call('GET /api/v1/streaming/health');
    assert.deepEqual([status, text], [200, 'OK']);
  });

  test('are refused without a token, without a hashtag, and where there is none', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    assert.equal((await app.call('GET /api/v1/streaming/user')).status, 401);
    const inAddress = await app.call(`GET /api/v1/streaming/hashtag?access_token=${ada.token}`);
    assert.equal(inAddress.status, 422);
    assert.equal((await app.call('GET /api/v1/streaming/nothing', { as: ada })).status, 404);
    const { status } = await app.call('HEAD /api/v1/streaming/user', { as: ada });
    assert.ok(status >= 400);
    assert.equal(app.app.server.streams.size, 0);
  });

  test('take no place among the requests under way, and leave nothing behind', async (t) => {
    const app = await startApp(t, { env: { REQUEST_LIMIT: '10', METRICS: 'on' } });
    const ada = await app.join('Ada');
    for (let n = 0; n < STREAMS_PER_USER; n += 1) {
      assert.equal((await openEvents(t, app, 'user', ada)).response.statusCode, 200);
    }
    const { response } = await openEvents(t, app, 'user', ada);
    assert.equal(response.statusCode, 429);
    assert.equal((await app.call('GET /timeline', { as: ada })).status, 200);

    const mine = await openEvents(t, app, 'public', await app.join('Bob'));
    mine.response.destroy();
    await untilConnected(app, STREAMS_PER_USER);
    assert.equal(app.app.services.streams.size, STREAMS_PER_USER);
  });
});
