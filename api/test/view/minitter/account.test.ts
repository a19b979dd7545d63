/** What people do with their own accounts, over HTTP: who may, what comes back, and what it does. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type CallOptions, startApp, type TestApp } from '../../kit/app.ts';
import { describeOnEngines } from '../../kit/engines.ts';
import { assertError } from '../../kit/errors.ts';
import { tokenFor } from '../../kit/oauth.ts';
import { startSmtp } from '../../kit/smtp.ts';
import { unzip } from '../../kit/unzip.ts';

const NEW_PASSWORD = 'the analytical engine';

describeOnEngines('an account', (engine) => {
  test('gets another password, and its other sessions end', async (t) => {
    const app = await startApp(t, { engine });
    const { call, join } = app;
    const ada = await join('Ada');
    const other = { ...ada, token: await tokenFor(app, ada, 'read write') };
    assert.equal((await call('GET /timeline', { as: other })).status, 200);
    const change = (current_password: string, headers = {}) =>
      call('POST /api/minitter/v1/account/password', {
        as: ada,
        json: { current_password, password: NEW_PASSWORD },
        headers,
      });
    assertError(await change('wrong', { 'accept-language': 'ko' }), 'password_wrong', 'ko');
    const { status, body } = await change(ada.password);
    assert.deepEqual([status, body], [200, {}]);
    assert.equal((await call('GET /timeline', { as: other })).status, 401);
    assert.equal((await call('GET /timeline', { as: ada })).status, 200);
    const json = { email: ada.email, password: NEW_PASSWORD };
    assert.equal((await call('POST /login', { json })).status, 200);
  });

  test('gets another e-mail address', async (t) => {
    const { call, join } = await startApp(t, { engine });
    const ada = await join('Ada');
    const json = { email: 'countess@example.org', password: ada.password };
    const { status, body } = await call('POST /api/minitter/v1/account/email', { as: ada, json });
    assert.deepEqual([status, body], [200, { changed: true }]);
    assert.equal((await call('POST /login', { json })).status, 200);
  });

  test('shows its sessions, and ends them', async (t) => {
    const app = await startApp(t, { engine });
    const { call, join } = app;
    const ada = await join('Ada');
    const tusk = { ...ada, token: await tokenFor(app, ada, 'read:accounts') };
    const list = async (as = ada) => (await call('GET /api/minitter/v1/sessions', { as })).body;
    const listed = await list(tusk);
    assert.equal(listed.length, 2);
    const mine = listed.find(({ current }: { current: boolean }) => current);
    assert.deepEqual(Object.keys(mine), [
      'id',
      'app',
      'scopes',
      'created_at',
      'last_used_at',
      'current',
    ]);
    assert.deepEqual([mine.app, mine.scopes], [{ name: 'Tusk', website: null }, ['read:accounts']]);
    assert.equal(mine.created_at, new Date(mine.created_at).toISOString());
    assert.equal(listed.find(({ id }: { id: string }) => id !== mine.id).app, null);

    const end = () => call(`DELETE /api/minitter/v1/sessions/${mine.id}`, { as: ada });
    const ended = await end();
    assert.deepEqual([ended.status, ended.body], [200, {}]);
    assert.equal((await call('GET /api/v1/accounts/verify_credentials', { as: tusk })).status, 401);
    assertError(await end(), 'session_not_found');

    await tokenFor(app, ada, 'read');
    assert.equal((await list()).length, 2);
    const others = await call('DELETE /api/minitter/v1/sessions', { as: ada });
    assert.deepEqual([others.status, others.body], [200, {}]);
    assert.equal((await list()).length, 1);
  });

  test('is given all that belongs to it', async (t) => {
    const { url, join, tweet } = await startApp(t, { engine });
    const ada = await join('Ada');
    await tweet(ada, 'Hello');
    const response = await fetch(`${url}/api/minitter/v1/account/export`, {
      headers: { authorization: `Bearer ${ada.token}` },
    });
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/zip');
    assert.equal(response.headers.get('cache-control'), 'no-store');
    const day = new Date().toISOString().slice(0, 8);
    assert.ok(
      response.headers
        .get('content-disposition')
        ?.startsWith(`attachment; filename="minitter-ada-${day}`),
    );
    const files = unzip(Buffer.from(await response.arrayBuffer()));
    assert.equal(JSON.parse(files.get('about.json')?.toString() ?? '').user_id, ada.id);
    assert.equal(JSON.parse(files.get('tweets.json')?.toString() ?? '')[0].tweet, 'Hello');
  });
});

/** With the scope that each needs; whoever comes without it is told so before anything else. */
const ROUTES = [
  ['POST /api/minitter/v1/account/password', 'write:accounts'],
  ['POST /api/minitter/v1/account/email', 'write:accounts'],
  ['POST /api/minitter/v1/email/confirmation', 'write:accounts'],
  ['POST /api/minitter/v1/account/delete', 'write'],
  ['GET /api/minitter/v1/account/export', 'read'],
  ['GET /api/minitter/v1/sessions', 'read:accounts'],
  ['DELETE /api/minitter/v1/sessions', 'write:accounts'],
  ['DELETE /api/minitter/v1/sessions/made-up', 'write:accounts'],
] as const;

describe('the extension', () => {
  test('is for people who have logged in, by apps that have the scope', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const others = 'read:statuses write:statuses follow push profile';
    const narrow = { ...ada, token: await tokenFor(app, ada, others) };
    for (const [request] of ROUTES) {
      const call = (options: CallOptions) => app.call(request, { json: {}, ...options });
      const without = request.startsWith('GET') ? { json: undefined } : {};
      assertError(await call(without), 'token_invalid');
      assertError(await call({ ...without, as: narrow }), 'scope_missing');
    }
  });

  test('says in OpenAPI which scope each route needs', async (t) => {
    const { call } = await startApp(t);
    const { paths } = (await call('GET /openapi.json')).body;
    for (const [request, scope] of ROUTES) {
      const [method = '', path = ''] = request.toLowerCase().split(' ');
      const described = paths[path.replace('made-up', '{id}')][method];
      assert.deepEqual(described.security, [{ token: [] }], request);
      assert.ok(described.description.includes(`\`${scope}\``), request);
      assert.ok(described.summary.length > 0 && described.responses['401'], request);
    }
  });

  test('counts requests as the Mastodon API does', async (t) => {
    const { call, join } = await startApp(t, {
      env: { RATE_LIMITS: 'on', REQUESTS_PER_USER: '3' },
    });
    const ada = await join('Ada');
    const ask = () => call('GET /api/minitter/v1/sessions', { as: ada });
    const first = await ask();
    assert.equal(first.headers.get('x-ratelimit-limit'), '3');
    assert.equal(first.headers.get('x-ratelimit-remaining'), '2');
    await ask();
    await ask();
    const refused = await ask();
    assertError(refused, 'too_many_attempts');
    assert.ok(Number(refused.headers.get('retry-after')) > 0);
  });

  test('gives all data a few times an hour', async (t) => {
    const { call, join } = await startApp(t, { env: { RATE_LIMITS: 'on' } });
    const ada = await join('Ada');
    const ask = () => call('GET /api/minitter/v1/account/export', { as: ada });
    for (const _ of [1, 2, 3]) assert.equal((await ask()).status, 200);
    assertError(await ask(), 'too_many_attempts');
  });
});

describe('another address', () => {
  test('is confirmed by the link in the mail, on the page that it leads to', async (t) => {
    const smtp = await startSmtp(t);
    const env = {
      SMTP_URL: smtp.url,
      MAIL_FROM: 'minitter@minitter.example',
      MINITTER_PUBLIC_URL: 'https://minitter.example',
    };
    const app: TestApp = await startApp(t, { env });
    const { call, join } = app;
    const ada = await join('Ada');
    await smtp.until(1);
    const json = { email: 'countess@example.org', password: ada.password };
    const asked = await call('POST /api/minitter/v1/account/email', { as: ada, json });
    assert.deepEqual([asked.status, asked.body], [200, { changed: false }]);
    await smtp.until(2);
    const link = /https:\/\/minitter\.example(\/\S+)/.exec(smtp.arrived[1]?.text ?? '')?.[1] ?? '';
    assert.deepEqual(smtp.arrived[1]?.to, ['countess@example.org']);
    assert.equal((await call(`GET ${link as '/'}`)).status, 200);
    assertError(await call('POST /login', { json }), 'wrong_credentials');
    const raw = new URL(link, 'https://minitter.example').search.slice(1);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    assert.equal((await call('POST /email/confirm', { raw, headers })).status, 200);
    assert.equal((await call('POST /login', { json })).status, 200);
    await smtp.until(3);
    assert.deepEqual(smtp.arrived[2]?.to, [ada.email]);
  });
});
