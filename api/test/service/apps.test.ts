import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OWN_CLIENT_ID, redirectsOf } from '../../src/service/apps.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { ADDRESS, startServices } from '../kit/services.ts';

const DRAFT = {
  name: 'Tusk',
  website: 'https://tusk.example',
  redirectUris: ['https://tusk.example/back', 'tusk:/back'],
  scopes: 'read write:statuses',
};

describe('registering an app', () => {
  test('stores it with a hash of its secret', async (t) => {
    const { apps, model } = await startServices(t);
    const { app, clientSecret } = await apps.register(DRAFT, ADDRESS);
    const stored = await model.apps.findByClientId(app.client_id);
    assert.deepEqual({ ...stored }, { ...app });
    assert.ok(!JSON.stringify(stored).includes(clientSecret));
    assert.deepEqual(redirectsOf(app, ''), DRAFT.redirectUris);
    const { client_id: clientId } = app;
    assert.equal((await apps.prove({ clientId, clientSecret })).id, app.id);
    for (const wrong of [undefined, '', 'guessed', app.hashed_client_secret]) {
      const attempt = apps.prove({ clientId, clientSecret: wrong });
      await assert.rejects(attempt, refusal('client_invalid'));
    }
  });

  test('refuses what is no name, website or scope', async (t) => {
    const { apps } = await startServices(t);
    const refused = async (change: object) =>
      codeOf(apps.register({ ...DRAFT, ...change }, ADDRESS));
    assert.equal(await refused({ name: ' ' }), 'app_invalid');
    assert.equal(await refused({ name: 'x'.repeat(61) }), 'app_invalid');
    assert.equal(await refused({ name: 'a\0b' }), 'text_invalid');
    assert.equal(await refused({ website: 'javascript:alert(1)' }), 'app_invalid');
    assert.equal(await refused({ scopes: 'read everything' }), 'scope_invalid');
    assert.equal(await refused({ scopes: ' ' }), 'scope_invalid');
    assert.equal(await refused({ name: 'x'.repeat(60), website: '' }), undefined);
  });

  for (const address of [
    'javascript:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    'no address',
    '/relative',
    'https://tusk.example/#fragment',
    'https://user:password@tusk.example/',
    'https://tusk.example/\nhttps://other.example/',
    'urn:ietf:wg:oauth:2.0:oob:auto',
    `https://tusk.example/${'x'.repeat(2000)}`,
  ]) {
    test(`refuses to send people to ${JSON.stringify(address.slice(0, 60))}`, async (t) => {
      const { apps } = await startServices(t);
      const attempt = apps.register({ ...DRAFT, redirectUris: [address] }, ADDRESS);
      await assert.rejects(attempt, refusal('redirect_invalid'));
    });
  }

  test('takes no end of addresses neither', async (t) => {
    const { apps } = await startServices(t);
    const many = Array.from({ length: 21 }, (_, i) => `https://tusk.example/${i}`);
    for (const redirectUris of [[], many]) {
      const attempt = apps.register({ ...DRAFT, redirectUris }, ADDRESS);
      await assert.rejects(attempt, refusal('redirect_invalid'));
    }
  });

  test('is limited by address', async (t) => {
    const { apps } = await startServices(t, { throttles: { appsPerAddress: 2 } });
    await apps.register(DRAFT, ADDRESS);
    await apps.register(DRAFT, ADDRESS);
    await assert.rejects(apps.register(DRAFT, ADDRESS), refusal('too_many_attempts'));
    await apps.register(DRAFT, '192.0.2.99');
  });
});

describe('the token of an app', () => {
  test('is the same for the same scopes until it is revoked', async (t) => {
    const { apps, authorizations } = await startServices(t);
    const { app, clientSecret } = await apps.register(DRAFT, ADDRESS);
    const client = { clientId: app.client_id, clientSecret };
    const first = await apps.giveToken(client, undefined);
    assert.deepEqual(await apps.giveToken(client, 'read'), first);
    const other = await apps.giveToken(client, 'read:lists write:statuses');
    assert.notEqual(other.accessToken, first.accessToken);
    assert.equal((await apps.authenticate(first.accessToken)).appId, app.id);

    await authorizations.revoke(client, first.accessToken);
    await assert.rejects(apps.authenticate(first.accessToken), refusal('token_invalid'));
    assert.equal((await apps.authenticate(other.accessToken)).scopes, other.scopes);
    const again = await apps.giveToken(client, 'read');
    assert.notEqual(again.accessToken, first.accessToken);
  });

  test('cannot do more than the app has registered', async (t) => {
    const { apps } = await startServices(t);
    const { app, clientSecret } = await apps.register(DRAFT, ADDRESS);
    const client = { clientId: app.client_id, clientSecret };
    for (const scope of ['write', 'follow', 'read write', 'admin:read', 'push']) {
      await assert.rejects(apps.giveToken(client, scope), refusal('scope_invalid'));
    }
  });

  test('is not given to whoever has no secret', async (t) => {
    const { apps } = await startServices(t);
    const attempt = apps.giveToken({ clientId: OWN_CLIENT_ID }, 'read');
    await assert.rejects(attempt, refusal('client_invalid'));
  });

  test('is nobody, and the token of a person is no app', async (t) => {
    const { apps, sessions, join } = await startServices(t);
    const { app, clientSecret } = await apps.register(DRAFT, ADDRESS);
    const { accessToken } = await apps.giveToken({ clientId: app.client_id, clientSecret }, 'read');
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
    const ada = await join('Ada');
    await assert.rejects(apps.authenticate(ada.token), refusal('token_invalid'));
  });
});

describe("the server's own client", () => {
  test('is there without being registered, once', async (t) => {
    const { apps } = await startServices(t);
    const found = await Promise.all([1, 2, 3].map(() => apps.find(OWN_CLIENT_ID)));
    assert.equal(new Set(found.map(({ id }) => id)).size, 1);
    const [app] = found;
    assert.ok(app);
    assert.deepEqual(redirectsOf(app, 'https://minitter.example'), [
      'https://minitter.example/oauth-callback',
    ]);
  });
});

test('apps that nobody comes with are forgotten after a week', async (t) => {
  const { apps, model, clock, housekeeping, join, store } = await startServices(t);
  const unused = await apps.register(DRAFT, ADDRESS);
  const used = await apps.register(DRAFT, ADDRESS);
  const logged = await apps.register(DRAFT, ADDRESS);
  const client = { clientId: used.app.client_id, clientSecret: used.clientSecret };
  await apps.giveToken(client, 'read');
  const ada = await join('Ada');
  await store.write((tx) =>
    tx
      .updateTable('sessions')
      .set({ app_id: logged.app.id, expires_at: clock.now() + 30 * 86_400_000 })
      .where('jti', '=', ada.viewer.jti)
      .execute(),
  );
  clock.pass(7 * 86_400_000 + 1);
  await housekeeping.run();
  const left = await model.apps.findMany([unused.app.id, used.app.id, logged.app.id]);
  assert.deepEqual(new Set(left.map(({ id }) => id)), new Set([used.app.id, logged.app.id]));
});
