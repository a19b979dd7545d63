import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { type AppOptions, startApp } from '../../kit/app.ts';
import { describeOnEngines, type Engine } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';

async function scene(t: TestContext, engine: Engine, env?: AppOptions['env']) {
  const app = await startApp(t, { engine, ...(env && { env }) });
  const [ada, kim] = [await app.join('Ada'), await app.join('김철수')];
  const kims = clientFor(app, kim);
  return { app, ada, kim, client: clientFor(app, ada), kims, nobody: clientFor(app) };
}

describeOnEngines('search over the Mastodon API', (engine) => {
  test('finds accounts, hashtags and statuses', async (t) => {
    const { app, client, kims } = await scene(t, engine);
    const status = await kims.v1.statuses.create({ status: '안녕 #고양이 여러분' });

    const all = await client.v2.search.list({ q: '안녕' });
    assert.deepEqual(
      [all.accounts, all.hashtags, all.statuses.map(({ id }) => id)],
      [[], [], [status.id]],
    );
    const tags = await client.v2.search.list({ q: '#고양', type: 'hashtags' });
    const url = `${app.url}/tags/${encodeURIComponent('고양이')}`;
    assert.deepEqual(
      tags.hashtags.map(({ name, url, history, following }) => ({ name, url, history, following })),
      [{ name: '고양이', url, history: [], following: false }],
    );
    assert.deepEqual([tags.accounts, tags.statuses], [[], []]);
    const people = await client.v2.search.list({ q: '철수', resolve: true });
    assert.deepEqual(
      people.accounts.map(({ displayName }) => displayName),
      ['김철수'],
    );
    assert.deepEqual((await client.v2.search.list({ q: '철수', following: true })).accounts, []);
  });

  test('finds statuses of an account, between others, page by page', async (t) => {
    const { ada, kim, client, kims, nobody } = await scene(t, engine);
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.unshift((await kims.v1.statuses.create({ status: `고구마 ${n}` })).id);
    }
    await client.v1.statuses.create({ status: '고구마', visibility: 'private' });
    const found = async (more: object, as = nobody) =>
      (await as.v2.search.list({ q: '고구마', type: 'statuses', ...more })).statuses.map(
        ({ id }) => id,
      );
    assert.deepEqual(await found({}), ids);
    assert.equal((await found({}, client)).length, 6, 'and her own');
    assert.deepEqual(await found({ accountId: String(kim.id) }), ids);
    assert.deepEqual(await found({ accountId: String(ada.id) }), []);
    assert.deepEqual(await found({ accountId: 'nobody' }), []);
    assert.deepEqual(await found({ maxId: ids[1] }), ids.slice(2));
    assert.deepEqual(await found({ minId: ids[2] }), ids.slice(0, 2));
    assert.deepEqual(await found({ limit: 2 }), ids.slice(0, 2));
    assert.deepEqual(await found({ limit: 2, offset: 2 }), ids.slice(2, 4));
    assert.deepEqual(await found({ type: 'accounts' }), []);
  });

  test('finds what is at an address of this server', async (t) => {
    const { app, client, kims, kim, nobody } = await scene(t, engine);
    const open = await kims.v1.statuses.create({ status: '열림' });
    const secret = await kims.v1.statuses.create({ status: '닫힘', visibility: 'private' });
    const { username, url } = await client.v1.accounts.$select(String(kim.id)).fetch();
    const at = async (q: string, as = nobody) => {
      const { accounts, statuses, hashtags } = await as.v2.search.list({ q, resolve: true });
      return [...accounts, ...statuses, ...hashtags].map((one) => ('id' in one ? one.id : ''));
    };
    assert.deepEqual(await at(url), [String(kim.id)]);
    assert.deepEqual(await at(String(open.url)), [open.id]);
    assert.deepEqual(await at(String(secret.url)), []);
    assert.deepEqual(await at(String(secret.url), kims), [secret.id]);
    assert.deepEqual(await at(`${app.url}/@${username.slice(0, -1)}`), []);
    assert.deepEqual(await at(`https://elsewhere.example/@${username}`), []);
  });

  test('refuses what it does not understand', async (t) => {
    const { app, ada } = await scene(t, engine);
    const status = async (query: string) =>
      (await app.call(`GET /api/v2/search${query}`, { as: ada })).status;
    assert.equal(await status(''), 422);
    assert.equal(await status('?q='), 200);
    assert.equal(await status('?q=a&type=trends'), 422);
    assert.equal(await status('?q=a&limit=0'), 422);
    assert.equal(await status('?q=a&offset=-1'), 422);
    assert.equal(await status('?q=a&limit=1000000&resolve=1&exclude_unreviewed=true'), 200);
    assert.equal(await status(`?q=${'a'.repeat(200)}`), 200);
    assert.equal(await status(`?q=${'a'.repeat(201)}`), 422);
    assert.equal(await status('?q=a%00b'), 422);
    assert.equal((await app.call('GET /api/v1/search?q=a', { as: ada })).status, 404);
  });

  test('may be asked so often by one user, and by one address', async (t) => {
    const { app, ada, kim } = await scene(t, engine, { RATE_LIMITS: 'on', SEARCHES: '2' });
    const search = async (as?: typeof ada) =>
      (await app.call('GET /api/v2/search?q=a', { as })).status;
    assert.deepEqual([await search(ada), await search(ada), await search(ada)], [200, 200, 429]);
    assert.deepEqual([await search(), await search(), await search()], [200, 200, 429]);
    assert.equal(await search(kim), 200);
  });
});
