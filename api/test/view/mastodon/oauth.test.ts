/** OAuth from the app's registration to its first call and its end. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createOAuthAPIClient, createRestAPIClient } from 'masto';
import { startApp } from '../../kit/app.ts';
import { describeOnEngines } from '../../kit/engines.ts';
import { clientFor } from '../../kit/mastodon.ts';
import { BACK, logInOnPage, pkce, registerClient, sentBack, tokenFor } from '../../kit/oauth.ts';

const OOB = 'urn:ietf:wg:oauth:2.0:oob';

describeOnEngines('an app', (engine) => {
  test('registers, is let in, acts, and ends its token', async (t) => {
    const app = await startApp(t, { engine });
    const ada = await app.join('Ada');
    const registered = await clientFor(app).v1.apps.create({
      clientName: 'Tusk',
      redirectUris: [BACK, 'tusk:/back'],
      scopes: 'read write',
      website: 'https://tusk.example',
    });
    const clientId = registered.clientId ?? '';
    const clientSecret = registered.clientSecret ?? '';
    assert.deepEqual(registered.redirectUris, [BACK, 'tusk:/back']);
    assert.deepEqual(registered.scopes, ['read', 'write']);
    const { verifier, challenge } = pkce();
    const query = {
      client_id: clientId,
      redirect_uri: BACK,
      response_type: 'code',
      scope: 'read write:statuses',
      state: 'a & b',
      code_challenge: challenge,
      code_challenge_method: 'S256',
    };
    const answer = await logInOnPage(app, ada, query);
    assert.equal(answer.status, 303, answer.text);
    const back = sentBack(answer);
    assert.equal(back.origin + back.pathname, BACK);
    assert.equal(back.searchParams.get('state'), 'a & b');

    const json = {
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uri: BACK,
      code: back.searchParams.get('code'),
      code_verifier: verifier,
    };
    const given = await app.call('POST /oauth/token', { json });
    assert.equal(given.status, 200, given.text);
    const { access_token: token, ...rest } = given.body;
    assert.deepEqual(
      { ...rest, created_at: 0 },
      {
        token_type: 'Bearer',
        scope: 'read write:statuses',
        created_at: 0,
      },
    );
    assert.match(given.headers.get('cache-control') ?? '', /no-store/);

    const client = createRestAPIClient({ url: app.url, accessToken: token });
    const me = await client.v1.accounts.verifyCredentials();
    assert.equal(me.id, String(ada.id));
    await client.v1.statuses.create({ status: 'by an app' });
    assert.deepEqual(await app.timelineOf(ada), ['by an app']);
    assert.equal((await client.v1.apps.verifyCredentials()).name, 'Tusk');

    const oauth = createOAuthAPIClient({ url: app.url });
    await oauth.revoke({ clientId, clientSecret, token });
    await assert.rejects(client.v1.accounts.verifyCredentials(), { statusCode: 401 });
  });

  test('gets a token of its own, which is nobody', async (t) => {
    const app = await startApp(t, { engine });
    const { client_id: clientId, client_secret: clientSecret } = await registerClient(app);
    const oauth = createOAuthAPIClient({ url: app.url });
    const grant = { grantType: 'client_credentials', clientId, clientSecret } as const;
    const token = await oauth.token.create({ ...grant, redirectUri: OOB, scope: 'read' });
    const client = createRestAPIClient({ url: app.url, accessToken: token.accessToken });
    assert.equal((await client.v1.apps.verifyCredentials()).name, 'Tusk');
    await assert.rejects(client.v1.accounts.verifyCredentials(), { statusCode: 422 });
    await oauth.revoke({ clientId, clientSecret, token: token.accessToken });
    await assert.rejects(client.v1.apps.verifyCredentials(), { statusCode: 401 });
  });
});

describe('the token endpoint', () => {
  const BODIES = {
    JSON: (fields: Record<string, string>) => ({ json: fields }),
    'a form': (fields: Record<string, string>) => ({ raw: new URLSearchParams(fields) }),
    multipart: (fields: Record<string, string>) => {
      const form = new FormData();
      for (const [name, value] of Object.entries(fields)) form.set(name, value);
      return { raw: form };
    },
  };
  for (const [kind, bodyOf] of Object.entries(BODIES)) {
    test(`takes ${kind}`, async (t) => {
      const app = await startApp(t);
      const client = await registerClient(app);
      const fields = { ...client, grant_type: 'client_credentials' };
      const { client_id, client_secret, grant_type } = fields;
      const body = bodyOf({ client_id, client_secret, grant_type });
      const { status, text } = await app.call('POST /oauth/token', body);
      assert.equal(status, 200, text);
    });
  }

  test('takes the secret as Basic authentication, too', async (t) => {
    const app = await startApp(t);
    const { client_id, client_secret } = await registerClient(app);
    const basic = Buffer.from(`${client_id}:${client_secret}`).toString('base64');
    const json = { grant_type: 'client_credentials' };
    const headers = { authorization: `Basic ${basic}` };
    const { status, body } = await app.call('POST /oauth/token', { json, headers });
    assert.equal(status, 200);
    assert.equal(body.scope, 'read');
  });

  test('names errors as the standard does', async (t) => {
    const app = await startApp(t, { env: { OAUTH_PASSWORD_GRANT: 'true' } });
    const client = await registerClient(app, { scopes: 'read' });
    const { client_id, client_secret } = client;
    const ada = await app.join('Ada');
    const refused = async (change: object) => {
      const json = { client_id, client_secret, redirect_uri: BACK, ...change };
      const { status, body } = await app.call('POST /oauth/token', { json });
      assert.deepEqual(Object.keys(body), ['error', 'error_description']);
      return [status, body.error];
    };
    const code = { grant_type: 'authorization_code', code: 'guessed' };
    const own = { grant_type: 'client_credentials' };
    const password = { grant_type: 'password', username: ada.email, password: 'wrong' };
    assert.deepEqual(await refused(code), [400, 'invalid_grant']);
    assert.deepEqual(await refused({ ...code, code: undefined }), [400, 'invalid_request']);
    assert.deepEqual(await refused({}), [400, 'invalid_request']);
    assert.deepEqual(await refused({ grant_type: 'implicit' }), [400, 'unsupported_grant_type']);
    assert.deepEqual(await refused({ ...own, client_secret: 'x' }), [401, 'invalid_client']);
    assert.deepEqual(await refused({ ...own, client_id: 'x' }), [401, 'invalid_client']);
    assert.deepEqual(await refused({ ...own, scope: 'write' }), [400, 'invalid_scope']);
    assert.deepEqual(await refused({ ...own, scope: 'nothing' }), [400, 'invalid_scope']);
    assert.deepEqual(await refused(password), [400, 'invalid_grant']);
    const broken = await app.call('POST /oauth/token', {
      raw: '{',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual([broken.status, broken.body.error], [400, 'invalid_request']);
  });

  test('takes no passwords unless the server is set so', async (t) => {
    const app = await startApp(t);
    const client = await registerClient(app);
    const { email: username, password } = await app.join('Ada');
    const json = { ...client, grant_type: 'password', username, password };
    const { status, body } = await app.call('POST /oauth/token', { json });
    assert.deepEqual([status, body.error], [400, 'unsupported_grant_type']);
  });

  test('gives a token for a password where it is', async (t) => {
    const app = await startApp(t, { env: { OAUTH_PASSWORD_GRANT: 'true' } });
    const client = await registerClient(app);
    const { email: username, password } = await app.join('Ada');
    const json = { ...client, grant_type: 'password', username, password, scope: 'read write' };
    const { status, body } = await app.call('POST /oauth/token', { json });
    assert.deepEqual([status, body.scope], [200, 'read write']);
  });
});

describe('scopes', () => {
  test('are asked for by each route', async (t) => {
    const app = await startApp(t);
    const ada = await app.join('Ada');
    const token = await tokenFor(app, ada, 'read:statuses');
    const asAda = { as: { ...ada, token } };
    assert.equal((await app.call('GET /api/v1/timelines/home', asAda)).status, 200);
    const refused = await app.call('POST /api/v1/statuses', { ...asAda, json: { status: 'x' } });
    assert.deepEqual([refused.status, Object.keys(refused.body)], [403, ['error']]);
    assert.equal((await app.call('GET /api/v1/accounts/verify_credentials', asAda)).status, 403);
    const info = await app.call('GET /oauth/userinfo', asAda);
    assert.deepEqual([info.status, info.body.error], [403, 'insufficient_scope']);
  });

  for (const scope of ['profile', 'read', 'read:accounts']) {
    test(`${scope} lets an app see whose account it is`, async (t) => {
      const app = await startApp(t);
      const ada = await app.join('Ada');
      const as = { ...ada, token: await tokenFor(app, ada, scope) };
      const info = await app.call('GET /oauth/userinfo', { as });
      assert.equal(info.status, 200);
      assert.equal(info.body.name, 'Ada');
      assert.equal(info.body.sub, `${app.url}/@ada`);
      assert.equal((await app.call('GET /api/v1/accounts/verify_credentials', { as })).status, 200);
    });
  }
});

test('clients can look up what they need', async (t) => {
  const app = await startApp(t, { env: { MINITTER_PUBLIC_URL: 'https://minitter.example' } });
  const { status, body } = await app.call('GET /.well-known/oauth-authorization-server');
  assert.equal(status, 200);
  assert.equal(body.authorization_endpoint, 'https://minitter.example/oauth/authorize');
  assert.equal(body.token_endpoint, 'https://minitter.example/oauth/token');
  assert.deepEqual(body.code_challenge_methods_supported, ['S256']);
  assert.ok(body.scopes_supported.includes('write:statuses'));
  assert.ok(!body.grant_types_supported.includes('password'));

  const trusting = await startApp(t, { env: { OAUTH_PASSWORD_GRANT: 'true' } });
  const there = await trusting.call('GET /.well-known/oauth-authorization-server');
  assert.ok(there.body.grant_types_supported.includes('password'));
});

test('errors below /oauth are the standard ones, whatever they are', async (t) => {
  const app = await startApp(t);
  const { status, body } = await app.call('GET /oauth/userinfo');
  assert.deepEqual([status, body.error], [401, 'invalid_token']);
  const unknown = await app.call('GET /oauth/nothing');
  assert.deepEqual([unknown.status, unknown.body.error], [404, 'invalid_request']);
});
