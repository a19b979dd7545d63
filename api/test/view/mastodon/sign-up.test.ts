/** Signing up by an app, and in the browser. */
import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { startApp, type TestApp } from '../../kit/app.ts';
import { describeOnEngines, type Engine } from '../../kit/engines.ts';
import { assertError } from '../../kit/errors.ts';
import { registerClient } from '../../kit/oauth.ts';

const ADA = {
  username: 'Ada',
  email: 'ada@example.com',
  password: 'the analytical engine',
  agreement: true,
  locale: 'ko-KR',
};

interface Options {
  readonly engine?: Engine;
  readonly env?: Record<string, string>;
  readonly scope?: string;
}

/** A server, and an app with a token of its own. */
async function start(t: TestContext, { scope = 'write:accounts', ...options }: Options = {}) {
  const app = await startApp(t, options);
  const client = await registerClient(app, { scopes: 'read write' });
  const grant = { ...client, grant_type: 'client_credentials', scope };
  const { body } = await app.call('POST /oauth/token', { json: grant });
  const headers = { authorization: `Bearer ${body.access_token}` };
  const signUp = (changes: object = {}, more: Record<string, string> = {}) =>
    app.call('POST /api/v1/accounts', {
      json: { ...ADA, ...changes },
      headers: { ...headers, ...more },
    });
  return { ...app, headers, signUp };
}

const whoIs = async ({ call }: Pick<TestApp, 'call'>, token: string) =>
  call('GET /api/v1/accounts/verify_credentials', {
    headers: { authorization: `Bearer ${token}` },
  });

describeOnEngines('signing up by an app', (engine) => {
  test('gives the app a token with what it has registered, and keeps the language', async (t) => {
    const app = await start(t, { engine });
    const { status, body } = await app.signUp();
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ['access_token', 'token_type', 'scope', 'created_at']);
    assert.deepEqual([body.token_type, body.scope], ['Bearer', 'read write']);
    const me = (await whoIs(app, body.access_token)).body;
    assert.deepEqual([me.username, me.display_name], ['ada', 'Ada']);
    assert.equal((await app.app.services.users.find(Number(me.id))).locale, 'ko-KR');
  });

  test('names each field that is wrong, in Mastodon’s words', async (t) => {
    const { signUp } = await start(t, { engine });
    await signUp();
    const missing = await signUp({ username: ' ', password: undefined, agreement: false });
    assert.equal(missing.status, 422);
    assert.deepEqual(Object.keys(missing.body), ['error', 'details']);
    assert.deepEqual(
      Object.entries(missing.body.details as Record<string, { error: string }[]>).map(
        ([field, problems]) => [field, problems.map(({ error }) => error)],
      ),
      [
        ['username', ['ERR_BLANK']],
        ['password', ['ERR_BLANK']],
        ['agreement', ['ERR_ACCEPTED']],
      ],
    );
    const wrong = [
      [{}, 'email', 'ERR_TAKEN'],
      [{ email: 'eve@example.com' }, 'username', 'ERR_TAKEN'],
      [{ email: 'eve@example.com', username: 'admin' }, 'username', 'ERR_RESERVED'],
      [{ email: 'eve@example.com', username: 'e v e' }, 'username', 'ERR_INVALID'],
      [{ email: 'eve' }, 'email', 'ERR_INVALID'],
      [{ password: 'short' }, 'password', 'ERR_TOO_SHORT'],
      [{ password: 'x'.repeat(300) }, 'password', 'ERR_TOO_LONG'],
      [{ password: 'password1' }, 'password', 'ERR_INVALID'],
    ] as const;
    for (const [changes, field, error] of wrong) {
      const { status, body } = await signUp(changes, { 'accept-language': 'ko' });
      assert.equal(status, 422);
      assert.deepEqual(Object.keys(body.details), [field]);
      assert.equal(body.details[field][0].error, error);
      assert.match(body.details[field][0].description, /[가-힣]/);
    }
  });
});

describe('signing up by an app', () => {
  test('needs a token of the app itself, with the scope', async (t) => {
    const app = await start(t, { scope: 'write:statuses' });
    assert.equal((await app.signUp()).status, 403);
    assert.equal((await app.signUp({}, { authorization: '' })).status, 401);
    const ada = await app.join('Ada');
    const asAda = await app.signUp({}, { authorization: `Bearer ${ada.token}` });
    assert.equal(asAda.status, 403);
  });

  test('is refused where nobody may, and waits where somebody has to agree', async (t) => {
    const closed = await start(t, { env: { REGISTRATIONS: 'closed' } });
    assert.equal((await closed.signUp()).status, 403);

    const app = await start(t, { env: { REGISTRATIONS: 'approval' } });
    const { status, body } = await app.signUp();
    assert.equal(status, 200);
    assert.equal((await whoIs(app, body.access_token)).status, 401);
    await app.app.store.write((tx) => tx.updateTable('users').set({ state: 'active' }).execute());
    assert.equal((await whoIs(app, body.access_token)).status, 200);
  });

  test('takes a form, and a language that is none for none', async (t) => {
    const app = await start(t);
    const form = { ...ADA, agreement: '1', locale: '?' };
    const raw = new URLSearchParams(form);
    const { status, body } = await app.call('POST /api/v1/accounts', {
      raw,
      headers: app.headers,
    });
    assert.equal(status, 200);
    const me = (await whoIs(app, body.access_token)).body;
    assert.equal((await app.app.services.users.find(Number(me.id))).locale, null);
  });

  test('is done once for one key, and gives no token to whoever knows the key alone', async (t) => {
    const app = await start(t);
    const key = { 'idempotency-key': 'one' };
    const [first, again] = [await app.signUp({}, key), await app.signUp({}, key)];
    const idOf = async (token: string) => (await whoIs(app, token)).body.id;
    assert.equal(await idOf(first.body.access_token), await idOf(again.body.access_token));
    const other = await app.signUp({ password: 'another engine' }, key);
    assert.deepEqual([other.status, other.body.access_token], [422, undefined]);
  });

  test('is limited by address', async (t) => {
    const { signUp } = await start(t, { env: { RATE_LIMITS: 'on', SIGN_UPS_PER_ADDRESS: '1' } });
    assert.equal((await signUp()).status, 200);
    assert.equal((await signUp({ email: 'eve@example.com', username: 'eve' })).status, 429);
  });
});

describe('signing up in the browser', () => {
  const NEW = { name: 'Ada', email: ADA.email, password: ADA.password, locale: 'ko' };

  test('logs in with the server’s own client, and keeps the language', async (t) => {
    const app = await startApp(t);
    const json = { ...NEW, client_id: 'minitter-web' };
    const { status, body } = await app.call('POST /api/minitter/v1/sign-up', { json });
    assert.equal(status, 200);
    assert.deepEqual([body.username, body.state], ['ada', 'active']);
    assert.equal((await whoIs(app, body.access_token)).body.id, body.id);
    assert.equal((await app.app.services.users.find(Number(body.id))).locale, 'ko');
    const headers = { authorization: `Bearer ${body.access_token}` };
    const sessions = await app.call('GET /api/minitter/v1/sessions', { headers });
    assert.equal(sessions.body[0].app.name, 'Minitter');
  });

  test('without an app gives no token, and says who waits', async (t) => {
    const { call } = await startApp(t, { env: { REGISTRATIONS: 'approval' } });
    const { body } = await call('POST /api/minitter/v1/sign-up', { json: NEW });
    assert.deepEqual([body.state, body.access_token], ['pending', null]);
    const again = await call('POST /api/minitter/v1/sign-up', { json: NEW });
    assertError(again, 'email_taken');
  });

  test('is for no app that has a secret', async (t) => {
    const app = await startApp(t);
    const { client_id } = await registerClient(app);
    for (const id of [client_id, 'made-up']) {
      const json = { ...NEW, client_id: id };
      assertError(await app.call('POST /api/minitter/v1/sign-up', { json }), 'client_invalid');
    }
    assert.equal((await app.call('POST /login', { json: NEW })).status, 401);
  });
});
