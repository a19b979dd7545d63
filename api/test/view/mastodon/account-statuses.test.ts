/** What stands on somebody's profile, for whom. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { mastodon } from 'masto';
import { startApp } from '../../kit/app.ts';
import { ENGINES } from '../../kit/engines.ts';
import { type Client, clientFor } from '../../kit/mastodon.ts';

const plain = ({ content, reblog }: mastodon.v1.Status) =>
  (reblog?.content ?? content).replaceAll(/<[^>]*>/g, '');

for (const engine of ENGINES) {
  describe(`statuses of an account (${engine})`, () => {
    test('are those that the reader may see', async (t) => {
      const app = await startApp(t, { engine });
      const [ada, bob, eve] = [await app.join('Ada'), await app.join('Bob'), await app.join('Eve')];
      const client = clientFor(app, ada);
      await clientFor(app, bob).v1.accounts.$select(String(ada.id)).follow();
      for (const visibility of ['public', 'unlisted', 'private', 'direct'] as const) {
        await client.v1.statuses.create({ status: `${visibility} for @eve`, visibility });
        if (visibility === 'private') {
          await client.v1.statuses.create({ status: 'for followers', visibility });
        }
      }
      const seenBy = async (who?: Client) =>
        (await (who ?? clientFor(app)).v1.accounts.$select(String(ada.id)).statuses.list())
          .map(plain)
          .map((text) => text.split(' for')[0] || 'for followers');

      const toAll = ['unlisted', 'public'];
      assert.deepEqual(await seenBy(), toAll);
      assert.deepEqual(await seenBy(clientFor(app, bob)), ['for followers', 'private', ...toAll]);
      assert.deepEqual(await seenBy(clientFor(app, eve)), ['direct', 'private', ...toAll]);
      const all = ['direct', 'for followers', 'private', ...toAll];
      assert.deepEqual(await seenBy(client), all);
    });

    test('are selected and paged', async (t) => {
      const app = await startApp(t, { engine });
      const [ada, bob] = [await app.join('Ada'), await app.join('Bob')];
      const client = clientFor(app, ada);
      const create = async (status: string, inReplyToId?: string) =>
        (await client.v1.statuses.create({ status, ...(inReplyToId ? { inReplyToId } : {}) })).id;
      const bobs = await clientFor(app, bob).v1.statuses.create({ status: 'by Bob' });
      const first = await create('first #서울');
      await create('to Bob', bobs.id);
      await create('to myself', first);
      await client.v1.statuses.$select(bobs.id).reblog();
      await client.v1.statuses.$select(first).pin();

      const { statuses } = clientFor(app).v1.accounts.$select(String(ada.id));
      const list = async (query: Parameters<typeof statuses.list>[0]) =>
        (await statuses.list(query)).map(plain);
      assert.deepEqual(await list({}), ['by Bob', 'to myself', 'to Bob', 'first #서울']);
      const noReplies = ['by Bob', 'to myself', 'first #서울'];
      assert.deepEqual(await list({ excludeReplies: true }), noReplies);
      const noReblogs = ['to myself', 'to Bob', 'first #서울'];
      assert.deepEqual(await list({ excludeReblogs: true }), noReblogs);
      assert.deepEqual(await list({ pinned: true }), ['first #서울']);
      assert.deepEqual(await list({ tagged: '서울' }), ['first #서울']);
      assert.deepEqual(await list({ tagged: 'elsewhere' }), []);
      assert.deepEqual(await list({ onlyMedia: true }), []);
      assert.deepEqual(await list({ limit: 1, minId: first }), ['to Bob']);

      const pages: string[][] = [];
      for await (const page of statuses.list({ limit: 3 })) pages.push(page.map(plain));
      assert.deepEqual(pages, [['by Bob', 'to myself', 'to Bob'], ['first #서울']]);
    });
  });
}

test('statuses of somebody who is not there are not found; his hashtags likewise', async (t) => {
  const app = await startApp(t);
  const ada = await app.join('Ada');
  for (const what of ['statuses', 'featured_tags', 'followers', 'following', 'endorsements']) {
    assert.equal((await app.call(`GET /api/v1/accounts/77/${what}`)).status, 404, what);
    assert.deepEqual((await app.call(`GET /api/v1/accounts/${ada.id}/${what}`)).body, [], what);
  }
});
