import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { describe, test, type TestContext } from 'node:test';
import { OWN_CLIENT_ID } from '../../src/service/apps.ts';
import { CODE_MS } from '../../src/service/authorizations.ts';
import { codeOf, refusal } from '../kit/domain-errors.ts';
import { ADDRESS, type ServicesOptions, startServices } from '../kit/services.ts';

const BACK = 'https://tusk.example/back';
const ORIGIN = 'https://minitter.example';
const DAY = 86_400_000;

/** Ada, and an app that she has logged in to up to the code. */
async function start(t: TestContext, options: ServicesOptions = {}) {
  const services = await startServices(t, options);
  const { apps, authorizations, join } = services;
  const ada = await join('Ada');
  const draft = { name: 'Tusk', redirectUris: [BACK], scopes: 'read write' };
  const { app, clientSecret } = await apps.register(draft, ADDRESS);
  const client = { clientId: app.client_id, clientSecret };
  const logIn = { email: ada.user.email, password: ada.password, address: ADDRESS };
  const verifier = randomBytes(32).toString('base64url');
  const codeChallenge = createHash('sha256').update(verifier).digest('base64url');
  const wish = {
    responseType: 'code',
    scope: 'read write:statuses',
    codeChallenge,
    codeChallengeMethod: 'S256',
  };
  const allow = async (change: object = {}) => {
    const asking = await authorizations.asking(app.client_id, BACK, ORIGIN);
    const consent = authorizations.consent(asking, { ...wish, ...change });
    return authorizations.allow(consent, logIn);
  };
  const exchange = (code: string, change: object = {}) =>
    authorizations.exchange({
      ...client,
      code,
      redirectUri: BACK,
      codeVerifier: verifier,
      ...change,
    });
  return { ...services, ada, app, client, logIn, wish, allow, exchange, verifier };
}

describe('letting an app in', () => {
  test('gives it a session with the scopes that were asked for', async (t) => {
    const { allow, exchange, sessions, ada, app, clock } = await start(t);
    const { accessToken, scopes, createdAt } = await exchange(await allow());
    assert.equal(scopes, 'read write:statuses');
    assert.equal(createdAt, clock.now());
    const { userId, appId } = await sessions.authenticate(accessToken);
    assert.deepEqual([userId, appId], [ada.user.id, app.id]);
  });

  test('asks for reading only, when the app says nothing', async (t) => {
    const { allow, exchange } = await start(t);
    assert.equal((await exchange(await allow({ scope: undefined }))).scopes, 'read');
  });

  test('works without PKCE for an app that has a secret', async (t) => {
    const { allow, exchange } = await start(t);
    const code = await allow({ codeChallenge: undefined, codeChallengeMethod: undefined });
    assert.equal(await codeOf(exchange(code)), 'grant_invalid', 'a verifier for no challenge');
    assert.ok(await exchange(code, { codeVerifier: undefined }));
  });

  test('is refused for an address that was not registered to the letter', async (t) => {
    const { authorizations, app } = await start(t);
    for (const address of [
      `${BACK}/`,
      `${BACK}?x=1`,
      BACK.toUpperCase(),
      'https://tusk.example',
      'https://tusk.example.evil.example/back',
      'http://tusk.example/back',
      'urn:ietf:wg:oauth:2.0:oob',
      '',
    ]) {
      const attempt = authorizations.asking(app.client_id, address, ORIGIN);
      await assert.rejects(attempt, refusal('redirect_invalid'));
    }
    const nobody = authorizations.asking('nobody', BACK, ORIGIN);
    await assert.rejects(nobody, refusal('client_invalid'));
  });

  test('is refused for more than the app has registered', async (t) => {
    const { allow } = await start(t);
    for (const scope of ['follow', 'read push', 'admin:write']) {
      await assert.rejects(allow({ scope }), refusal('scope_invalid'));
    }
    await assert.rejects(allow({ responseType: 'token' }), refusal('response_unsupported'));
  });

  test('takes S256 only', async (t) => {
    const { allow } = await start(t);
    for (const change of [
      { codeChallengeMethod: 'plain' },
      { codeChallengeMethod: undefined },
      { codeChallenge: 'short' },
    ]) {
      await assert.rejects(allow(change), refusal('challenge_invalid'));
    }
  });

  test('needs the password, through the same limits as any log-in', async (t) => {
    const { authorizations, app, wish, logIn } = await start(t);
    const asking = await authorizations.asking(app.client_id, BACK, ORIGIN);
    const consent = authorizations.consent(asking, wish);
    const wrong = () => authorizations.allow(consent, { ...logIn, password: 'a wrong one' });
    for (let i = 0; i < 5; i += 1) await assert.rejects(wrong(), refusal('wrong_credentials'));
    const right = authorizations.allow(consent, logIn);
    await assert.rejects(right, refusal('too_many_attempts'));
  });

  test('is not for those who have been suspended', async (t) => {
    const { allow, exchange, userAdmin, ada } = await start(t);
    const code = await allow();
    await userAdmin.suspend(String(ada.user.id));
    await assert.rejects(allow(), refusal('account_suspended'));
    await assert.rejects(exchange(code), refusal('grant_invalid'));
  });
});

describe('a code', () => {
  test('is good once; when it comes again, the session that it gave ends', async (t) => {
    const { allow, exchange, sessions } = await start(t);
    const code = await allow();
    const { accessToken } = await exchange(code);
    assert.ok(await sessions.authenticate(accessToken));
    await assert.rejects(exchange(code), refusal('grant_invalid'));
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
  });

  test('is good once also for two who come at the same moment', async (t) => {
    const { allow, exchange } = await start(t);
    const code = await allow();
    const outcomes = await Promise.all([exchange(code), exchange(code)].map(codeOf));
    assert.deepEqual(new Set(outcomes), new Set(['grant_invalid', undefined]));
  });

  test('runs out', async (t) => {
    const { allow, exchange, clock, housekeeping, store } = await start(t);
    const code = await allow();
    clock.pass(CODE_MS);
    await assert.rejects(exchange(code), refusal('grant_invalid'));
    clock.pass(1);
    await housekeeping.run();
    const left = await store.reader.selectFrom('authorization_codes').selectAll().execute();
    assert.deepEqual(left, []);
  });

  test('is worth nothing with another verifier, address, app or secret', async (t) => {
    const { allow, exchange, apps } = await start(t);
    const code = await allow();
    const other = await apps.register(
      { name: 'Thief', redirectUris: [BACK], scopes: 'read write' },
      ADDRESS,
    );
    const thief = { clientId: other.app.client_id, clientSecret: other.clientSecret };
    for (const change of [
      { codeVerifier: 'x'.repeat(43) },
      { codeVerifier: undefined },
      { redirectUri: `${BACK}/` },
      thief,
    ]) {
      assert.equal(await codeOf(exchange(code, change)), 'grant_invalid');
    }
    const secrets = [undefined, 'guessed'].map((clientSecret) => exchange(code, { clientSecret }));
    assert.deepEqual(await Promise.all(secrets.map(codeOf)), ['client_invalid', 'client_invalid']);
    await assert.rejects(exchange('guessed'), refusal('grant_invalid'));
    assert.ok(await exchange(code), 'and it is still good');
  });

  test('does not outlive the password that it was given for', async (t) => {
    const { allow, exchange, userAdmin, ada } = await start(t);
    const code = await allow();
    await userAdmin.resetPassword(String(ada.user.id), 'the analytical engine');
    await assert.rejects(exchange(code), refusal('grant_invalid'));
  });
});

describe('the session of an app', () => {
  test('goes on as long as it is used now and then', async (t) => {
    const { allow, exchange, sessions, clock, store, housekeeping } = await start(t);
    const { accessToken } = await exchange(await allow());
    for (let year = 0; year < 3; year += 1) {
      clock.pass(364 * DAY);
      await housekeeping.run();
      assert.ok(await sessions.authenticate(accessToken));
      // What was noted of its use stands behind this in the queue.
      await store.write(async () => {});
    }
    clock.pass(365 * DAY);
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
  });

  test('ends when the app revokes it, and no other app can', async (t) => {
    const { allow, exchange, sessions, authorizations, client, apps, ada } = await start(t);
    const { accessToken } = await exchange(await allow());
    const other = await apps.register({ name: 'Other', redirectUris: [BACK] }, ADDRESS);
    const stranger = { clientId: other.app.client_id, clientSecret: other.clientSecret };
    for (const token of [accessToken, ada.token]) {
      const attempt = authorizations.revoke(stranger, token);
      await assert.rejects(attempt, refusal('client_invalid'));
      assert.ok(await sessions.authenticate(token));
    }
    await authorizations.revoke(client, 'no token at all');
    await authorizations.revoke(client, accessToken);
    await authorizations.revoke(client, accessToken);
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
  });
});

describe("the server's own client", () => {
  test('has no secret, and must bring PKCE', async (t) => {
    const { authorizations, wish, logIn, exchange, sessions } = await start(t);
    const redirectUri = `${ORIGIN}/oauth-callback`;
    const asking = await authorizations.asking(OWN_CLIENT_ID, redirectUri, ORIGIN);
    const elsewhere = authorizations.asking(OWN_CLIENT_ID, redirectUri, 'https://other.example');
    await assert.rejects(elsewhere, refusal('redirect_invalid'));
    const bare = { responseType: 'code', scope: 'read' };
    assert.throws(() => authorizations.consent(asking, bare), refusal('challenge_invalid'));

    const scope = 'read write follow push profile';
    const code = await authorizations.allow(
      authorizations.consent(asking, { ...wish, scope }),
      logIn,
    );
    const own = { clientId: OWN_CLIENT_ID, clientSecret: undefined, redirectUri };
    const { accessToken, scopes } = await exchange(code, own);
    assert.equal(scopes, scope);
    await authorizations.revoke({ clientId: OWN_CLIENT_ID }, accessToken);
    await assert.rejects(sessions.authenticate(accessToken), refusal('token_invalid'));
  });
});

describe('passwords that an app sends itself', () => {
  test('are not taken unless the server is set so', async (t) => {
    const { authorizations, client, logIn } = await start(t);
    const attempt = authorizations.logIn(client, 'read', logIn);
    await assert.rejects(attempt, refusal('grant_unsupported'));
  });

  test('open a session where they are', async (t) => {
    const { authorizations, client, logIn, sessions, ada } = await start(t, {
      takesPasswords: true,
    });
    const { accessToken } = await authorizations.logIn(client, 'read', logIn);
    assert.equal((await sessions.authenticate(accessToken)).userId, ada.user.id);
    const wrong = authorizations.logIn(client, 'read', { ...logIn, password: 'a wrong one' });
    await assert.rejects(wrong, refusal('wrong_credentials'));
    const more = authorizations.logIn(client, 'follow', logIn);
    await assert.rejects(more, refusal('scope_invalid'));
  });
});
