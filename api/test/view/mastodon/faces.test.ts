import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { clientFor } from '../../kit/mastodon.ts';

describe('the two faces of one server', () => {
  test('show a tweet that was posted at the other', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const client = clientFor(app, ada);

    await app.tweet(ada, 'from the classic side');
    const status = await client.v1.statuses.create({ status: 'from the other' });
    assert.equal(status.account.id, String(ada.id));
    assert.equal(status.content, '<p>from the other</p>');

    const home = await client.v1.timelines.home.list();
    assert.deepEqual(
      home.map(({ content }) => content),
      ['<p>from the other</p>', '<p>from the classic side</p>'],
    );
    assert.deepEqual(await app.timelineOf(ada), ['from the other', 'from the classic side']);
    assert.equal((await client.v1.statuses.$select(status.id).fetch()).id, status.id);
  });

  test('take JSON, forms and multipart alike', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const form = new FormData();
    form.set('status', 'as multipart');
    for (const raw of [new URLSearchParams({ status: 'as a form' }), form]) {
      const { status, text } = await app.call('POST /api/v1/statuses', { as: ada, raw });
      assert.equal(status, 200, text);
    }
    assert.deepEqual(await app.timelineOf(ada), ['as multipart', 'as a form']);
  });

  test('say what went wrong in the words of each', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const there = await app.call('GET /api/v1/statuses/1');
    assert.deepEqual([there.status, Object.keys(there.body)], [404, ['error']]);
    const empty = await app.call('POST /api/v1/statuses', { as: ada });
    assert.deepEqual([empty.status, Object.keys(empty.body)], [422, ['error']]);
    assert.equal((await app.call('GET /api/v1/timelines/home')).status, 401);
  });
});
