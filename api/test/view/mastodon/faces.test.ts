import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Person, startApp, type TestApp } from '../../kit/app.ts';
import { clientFor } from '../../kit/mastodon.ts';

/** The texts on somebody's own classic timeline, newest first. */
async function homeOf({ call }: TestApp, as: Person): Promise<string[]> {
  const { body } = await call('GET /timeline', { as });
  return body.timeline.map(({ tweet }: { tweet: string }) => tweet);
}

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

  test('show what was posted at the Mastodon one to whom its visibility allows', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const [follower, stranger] = [await app.join('Grace'), await app.join('Alan')];
    await app.call('POST /follow', { as: follower, json: { follow: ada.id } });
    const client = clientFor(app, ada);
    for (const visibility of ['public', 'unlisted', 'private', 'direct'] as const) {
      await client.v1.statuses.create({ status: visibility, visibility });
    }
    const everybodys = ['unlisted', 'public'];
    assert.deepEqual(await app.timelineOf(ada), everybodys);
    assert.deepEqual(await app.timelineOf(follower), everybodys, 'what anybody may see');
    assert.deepEqual(await homeOf(app, ada), ['private', ...everybodys]);
    assert.deepEqual(await homeOf(app, follower), ['private', ...everybodys]);
    assert.deepEqual(await homeOf(app, stranger), []);
    await app.call('POST /follow', { as: stranger, json: { follow: ada.id } });
    assert.deepEqual(await homeOf(app, stranger), ['private', ...everybodys]);
  });

  test('show a classic tweet to those whom its author usually tweets for', async (t) => {
    const app = await startApp(t);
    const [ada, stranger] = [await app.join('Ada'), await app.join('Alan')];
    const client = clientFor(app, ada);
    await client.v1.accounts.updateCredentials({
      source: { privacy: 'private', sensitive: true, language: 'ko' },
    });
    await app.tweet(ada, 'hello friends');

    const [own] = await client.v1.timelines.home.list();
    assert.partialDeepStrictEqual(own, { visibility: 'private', sensitive: true, language: 'ko' });
    for (const other of [clientFor(app), clientFor(app, stranger)]) {
      assert.deepEqual(await other.v1.accounts.$select(String(ada.id)).statuses.list(), []);
      assert.deepEqual(await other.v1.timelines.public.list(), []);
    }
    assert.deepEqual(await app.timelineOf(ada), []);
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
