/** Hashtags that one follows. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { FOLLOWED_HASHTAGS_MAX, HASHTAG_MAX } from '../../../src/service/limits.ts';
import { refusal } from '../../kit/domain-errors.ts';
import { startApp } from '../../kit/app.ts';
import { ENGINES } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { startServices } from '../../kit/services.ts';

describe('followed tags', () => {
  for (const engine of ENGINES) {
    test(`are followed, listed by pages, and left (${engine})`, async (t) => {
      const app = await startApp(t, { engine });
      const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
      const client = clientFor(app, ada);
      for (const name of ['서울', 'Cats', 'dogs']) {
        const tag = await client.v1.tags.$select(name).follow();
        assert.deepEqual([tag.name, tag.following], [name.toLowerCase(), true]);
      }
      const again = await client.v1.tags.$select('CATS').follow();
      const pages: string[][] = [];
      for await (const page of client.v1.followedTags.list({ limit: 2 })) {
        pages.push(page.map(({ name }) => name));
      }
      assert.deepEqual(pages, [['dogs', 'cats'], ['서울']]);
      assert.deepEqual(await client.v1.tags.$select('cats').fetch(), again);
      assert.equal((await clientFor(app).v1.tags.$select('cats').fetch()).following, false);
      assert.deepEqual(await clientFor(app, bob).v1.followedTags.list(), []);

      const home = async () =>
        (await client.v1.timelines.home.list()).map(({ content }) => /Bob/.test(content));
      await clientFor(app, bob).v1.statuses.create({ status: 'by Bob #cats' });
      assert.deepEqual(await home(), [true]);
      assert.equal((await client.v1.tags.$select('cats').unfollow()).following, false);
      assert.deepEqual(await home(), []);
      await client.v1.tags.$select('never').unfollow();
    });
  }

  test('are hashtags', async (t) => {
    const app = await startApp(t);
    const as = await app.join('Ada');
    const status = async (name: string) =>
      (await app.call(`POST /api/v1/tags/${encodeURIComponent(name)}/follow`, { as })).status;
    assert.equal(await status('#서울'), 200);
    assert.equal(await status('a'.repeat(HASHTAG_MAX)), 200);
    for (const name of [
      '12',
      'two words',
      'a-b',
      '#',
      'a'.repeat(HASHTAG_MAX + 1),
      '@ada',
      'a\0',
    ]) {
      assert.notEqual(await status(name), 200, name);
    }
    const unknown = await app.call('GET /api/v1/tags/unknown');
    assert.deepEqual([unknown.status, unknown.body.name], [200, 'unknown']);
    assert.equal((await app.call('GET /api/v1/tags/12')).status, 404);
  });

  test('are not without number', async (t) => {
    const { join, followedHashtags } = await startServices(t);
    const { viewer } = await join('Ada');
    const follow = (n: number) => followedHashtags.follow(viewer, `tag${n}`);
    await Promise.all(Array.from({ length: FOLLOWED_HASHTAGS_MAX }, (_, n) => follow(n)));
    await follow(0);
    await assert.rejects(follow(FOLLOWED_HASHTAGS_MAX), refusal('too_many_hashtags'));
  });
});
