import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { assertError } from '../../kit/errors.ts';
import { tokenFor } from '../../kit/oauth.ts';

const SECRET = 'a secret of tests, long enough to be one';
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** A token by hand, with any header, payload and key. */
function forge(header: object, payload: object, key = SECRET, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

const decode = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;

test('a token is taken bare and after Bearer', async (t) => {
  const { join, call } = await startApp(t);
  const { token } = await join('Ada');
  for (const authorization of [token, `Bearer ${token}`, `bearer ${token}`]) {
    assert.equal((await call('GET /timeline', { headers: { authorization } })).status, 200);
  }
});

test('a token says who, since when and until when, and nothing more', async (t) => {
  const { join } = await startApp(t, { env: { MINITTER_SECRET: SECRET, TOKEN_TTL_SECONDS: '60' } });
  const { token, id } = await join('Ada');

  const [header = ''] = token.split('.');
  assert.equal(Buffer.from(header, 'base64url').toString(), '{"alg":"HS256","typ":"JWT"}');
  const { user_id, iat, exp, jti, ...more } = decode(token);
  assert.deepEqual([user_id, Number(exp) - Number(iat), typeof jti, more], [id, 60, 'string', {}]);
});

test('a token that is not exactly ours is refused', async (t) => {
  const { join, call } = await startApp(t, { env: { MINITTER_SECRET: SECRET } });
  const [ada, grace] = [await join('Ada'), await join('Grace')];
  const payload = decode(ada.token);
  const good = { alg: 'HS256', typ: 'JWT' };
  assert.equal(
    (await call('GET /timeline', { headers: { authorization: forge(good, payload) } })).status,
    200,
  );

  const [head, body, signature] = ada.token.split('.');
  const { exp: _exp, ...withoutExp } = payload;
  const { jti: _jti, ...withoutJti } = payload;
  const bad = {
    'another key': forge(good, payload, 'another secret of tests, also long enough'),
    'alg none': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.`,
    'alg none with a signature': `${encode({ alg: 'none', typ: 'JWT' })}.${body}.${signature}`,
    HS512: forge({ alg: 'HS512', typ: 'JWT' }, payload, SECRET, 'sha512'),
    'HS512 in name only': forge({ alg: 'HS512', typ: 'JWT' }, payload),
    'a key id': forge({ ...good, kid: '1' }, payload),
    'no typ': forge({ alg: 'HS256' }, payload),
    'without exp': forge(good, withoutExp),
    'without jti': forge(good, withoutJti),
    'an unknown session': forge(good, { ...payload, jti: 'unknown' }),
    'the session of somebody else': forge(good, { ...payload, user_id: grace.id }),
    'a user by text': forge(good, { ...payload, user_id: String(ada.id) }),
    expired: forge(good, { ...payload, exp: Math.floor(Date.now() / 1000) - 1 }),
    'another payload': `${head}.${encode({ ...payload, user_id: grace.id })}.${signature}`,
    'two parts': `${head}.${body}`,
    words: 'let me in',
    Basic: `Basic ${Buffer.from('ada:pw').toString('base64')}`,
    'Bearer alone': 'Bearer ',
  };
  for (const [what, authorization] of Object.entries(bad)) {
    const answer = await call('GET /timeline', { headers: { authorization } });
    assert.equal(answer.status, 401, what);
    assertError(answer, 'token_invalid');
    assert.equal(answer.headers.get('www-authenticate'), 'Bearer');
  }
});

test('every address for those who have logged in refuses those who have not', async (t) => {
  const { call } = await startApp(t);
  const json = { tweet: 'x', follow: 1, unfollow: 1 };
  for (const request of ['POST /tweet', 'POST /follow', 'POST /unfollow'] as const) {
    assertError(await call(request, { json }), 'token_invalid');
  }
  assertError(await call('GET /timeline'), 'token_invalid');
  for (const request of ['POST /profile-picture', 'POST /profile-picture/s3'] as const) {
    assertError(await call(request), 'token_invalid');
  }
});

test('a session that was ended is refused at once', async (t) => {
  const { join, call, app } = await startApp(t);
  const ada = await join('Ada');
  assert.equal((await call('GET /timeline', { as: ada })).status, 200);

  await app.services.sessions.end({ jti: String(decode(ada.token)['jti']) });

  assertError(await call('GET /timeline', { as: ada }), 'token_invalid');
  const again = await call('POST /login', { json: ada });
  assert.equal(again.status, 200);
});

test('a token runs out', async (t) => {
  let now = Date.now();
  const { join, call } = await startApp(t, { now: () => now, env: { TOKEN_TTL_SECONDS: '60' } });
  const ada = await join('Ada');

  now += 61_000;

  assertError(await call('GET /timeline', { as: ada }), 'token_invalid');
});

test('the token of an app does here what it was let in for, and nothing else', async (t) => {
  const app = await startApp(t);
  const ada = await app.join('Ada');
  const narrow = { ...ada, token: await tokenFor(app, ada, 'read:statuses') };
  assert.equal((await app.call('GET /timeline', { as: narrow })).status, 200);
  const json = { tweet: 'not by this app' };
  for (const _ of ['asked of the database', 'remembered']) {
    assertError(await app.call('POST /tweet', { as: narrow, json }), 'scope_missing');
  }
  const writing = { ...ada, token: await tokenFor(app, ada, 'write:statuses') };
  assert.equal((await app.call('POST /tweet', { as: writing, json })).status, 200);
  assertError(await app.call('GET /timeline', { as: writing }), 'scope_missing');
});
