import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { assertError } from '../../kit/errors.ts';

const ADA = {
  name: 'Ada Lovelace',
  email: 'Ada@Example.com',
  password: 'engines dream of numbers',
};

test('sign-up answers with the new user, and never with anything of the password', async (t) => {
  const { call } = await startApp(t);

  const answer = await call('POST /sign-up', {
    json: { ...ADA, profile: '수학자', role: 'admin' },
  });

  assert.equal(answer.status, 200);
  assert.deepEqual(answer.body, {
    id: 1,
    name: 'Ada Lovelace',
    email: 'Ada@Example.com',
    profile: '수학자',
    username: 'ada_lovelace',
  });
});

test('the profile is empty unless given, and a user name may be chosen', async (t) => {
  const { call } = await startApp(t);

  const { body } = await call('POST /sign-up', { json: { ...ADA, username: 'Countess_1815' } });

  assert.equal(body.profile, '');
  assert.equal(body.username, 'countess_1815');
});

test('somebody with a Korean name gets a user name by number', async (t) => {
  const { call } = await startApp(t);
  const { body } = await call('POST /sign-up', { json: { ...ADA, name: '송은우' } });
  assert.equal(body.username, `user${body.id}`);
});

test('sign-up refuses what is wrong, field by field', async (t) => {
  const { call } = await startApp(t);
  await call('POST /sign-up', { json: { ...ADA, username: 'ada' } });
  const other = { ...ADA, email: 'other@example.com' };
  const cases = [
    [{ ...ADA, email: 'aDA@example.COM' }, 'email_taken'],
    [{ ...ADA, email: 'ａda@example.com' }, 'email_taken'],
    [{ ...other, username: 'ada' }, 'username_taken'],
    [{ ...other, username: 'admin' }, 'username_reserved'],
    [{ ...other, username: 'user7' }, 'username_reserved'],
    [{ ...other, username: 'no spaces' }, 'username_invalid'],
    [{ ...other, name: ' ' }, 'name_invalid'],
    [{ ...other, name: 'x'.repeat(101) }, 'name_invalid'],
    [{ ...other, name: 'null\0' }, 'text_invalid'],
    [{ ...other, email: 'nobody' }, 'email_invalid'],
    [{ ...other, profile: 'x'.repeat(2001) }, 'profile_too_long'],
    [{ ...other, password: '1234567' }, 'password_too_short'],
    [{ ...other, password: 'x'.repeat(257) }, 'password_too_long'],
    [{ ...other, password: 'password123' }, 'password_common'],
    [{ ...other, password: 'Other@example.com' }, 'password_is_identity'],
    [{ ...other, password: 'ADA LOVELACE' }, 'password_is_identity'],
    [{ ...other, password: 12345678 }, 'invalid_input'],
    [{ name: 'Ada', email: 'x@example.com' }, 'invalid_input'],
  ] as const;
  for (const [json, code] of cases) {
    assertError(await call('POST /sign-up', { json }), code);
    const korean = await call('POST /sign-up', { json, headers: { 'accept-language': 'ko-KR' } });
    assertError(korean, code, 'ko');
    assert.match(korean.body.message, /[가-힣]/);
  }
});

test('a sign-up sent again with the same Idempotency-Key makes nobody new', async (t) => {
  const { call } = await startApp(t);
  const headers = { 'idempotency-key': 'a1b2' };

  const first = await call('POST /sign-up', { json: ADA, headers });
  const again = await call('POST /sign-up', { json: ADA, headers });
  const other = await call('POST /sign-up', { json: { ...ADA, name: 'Other' }, headers });

  assert.deepEqual(again.body, first.body);
  assertError(other, 'idempotency_key_reused');
  assertError(await call('POST /sign-up', { json: ADA }), 'email_taken');
});

test('registrations can be closed, or wait for approval', async (t) => {
  const closed = await startApp(t, { env: { REGISTRATIONS: 'closed' } });
  assertError(await closed.call('POST /sign-up', { json: ADA }), 'registrations_closed');

  const approval = await startApp(t, { env: { REGISTRATIONS: 'approval' } });
  assert.equal((await approval.call('POST /sign-up', { json: ADA })).status, 200);
  assertError(await approval.call('POST /login', { json: ADA }), 'account_pending');
});

test('log-in gives a token, and the same refusal for a wrong password and an unknown e-mail', async (t) => {
  const { call } = await startApp(t);
  await call('POST /sign-up', { json: ADA });

  const right = await call('POST /login', { json: { ...ADA, email: ' ada@EXAMPLE.com' } });
  const wrong = await call('POST /login', { json: { ...ADA, password: 'something else' } });
  const unknown = await call('POST /login', { json: { ...ADA, email: 'nobody@example.com' } });

  assert.equal(right.status, 200);
  assert.deepEqual(Object.keys(right.body), ['user_id', 'access_token']);
  assert.equal(right.body.user_id, 1);
  assertError(wrong, 'wrong_credentials');
  assert.equal(unknown.text, wrong.text);
  assert.equal(unknown.status, wrong.status);
  assertError(await call('POST /login', { json: { email: ADA.email } }), 'invalid_input');
});

test('one address signs up and logs in only so often', async (t) => {
  const env = { RATE_LIMITS: 'on', SIGN_UPS_PER_ADDRESS: '2', LOG_INS_PER_ADDRESS: '3' };
  const { call } = await startApp(t, { env });
  const signUp = (n: number) =>
    call('POST /sign-up', { json: { ...ADA, email: `${n}@example.com` } });
  const logIn = () => call('POST /login', { json: { ...ADA, email: '0@example.com' } });

  assert.deepEqual([(await signUp(0)).status, (await signUp(1)).status], [200, 200]);
  const third = await signUp(2);
  assertError(third, 'too_many_attempts');
  assert.ok(Number(third.headers.get('retry-after')) > 0);

  for (let n = 0; n < 3; n += 1) assert.equal((await logIn()).status, 200);
  assertError(await logIn(), 'too_many_attempts');
});

test('an account pauses after wrong passwords', async (t) => {
  const { call } = await startApp(t, { env: { RATE_LIMITS: 'on', LOG_IN_FREE_FAILURES: '2' } });
  await call('POST /sign-up', { json: ADA });
  const guess = () => call('POST /login', { json: { ...ADA, password: 'a wrong guess' } });

  assertError(await guess(), 'wrong_credentials');
  assertError(await guess(), 'wrong_credentials');
  const paused = await call('POST /login', { json: ADA });
  assertError(paused, 'too_many_attempts');
  assert.equal(paused.headers.get('retry-after'), '1');
});

test('the address of a client is taken from a proxy only if the proxy is trusted', async (t) => {
  const env = { RATE_LIMITS: 'on', SIGN_UPS_PER_ADDRESS: '1' };
  const from = (n: number) => ({
    json: { ...ADA, email: `${n}@example.com` },
    headers: { 'x-forwarded-for': `203.0.113.${n}` },
  });

  const trusting = await startApp(t, { env: { ...env, TRUSTED_PROXIES: '127.0.0.0/8' } });
  assert.equal((await trusting.call('POST /sign-up', from(1))).status, 200);
  assert.equal((await trusting.call('POST /sign-up', from(2))).status, 200);
  assert.equal((await trusting.call('POST /sign-up', from(2))).status, 429);

  const wary = await startApp(t, { env });
  assert.equal((await wary.call('POST /sign-up', from(1))).status, 200);
  assert.equal((await wary.call('POST /sign-up', from(2))).status, 429);
});
