/** The manners of HTTP, which hold for every address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { assertCommonHeaders, assertError } from '../kit/errors.ts';

/** Every address of the classic API with its methods; `1` is Ada. */
const ADDRESSES: Record<string, string> = {
  '/ping': 'GET, HEAD, OPTIONS',
  '/ready': 'GET, HEAD, OPTIONS',
  '/sign-up': 'OPTIONS, POST',
  '/login': 'OPTIONS, POST',
  '/tweet': 'OPTIONS, POST',
  '/follow': 'OPTIONS, POST',
  '/unfollow': 'OPTIONS, POST',
  '/timeline': 'GET, HEAD, OPTIONS',
  '/timeline/1': 'GET, HEAD, OPTIONS',
  '/profile-picture': 'OPTIONS, POST',
  '/profile-picture/1': 'GET, HEAD, OPTIONS',
  '/profile-picture/s3/1': 'GET, HEAD, OPTIONS',
};

test('ping says pong', async (t) => {
  const { call } = await startApp(t);
  const answer = await call('GET /ping');
  assert.deepEqual([answer.status, answer.text], [200, 'pong']);
  assert.equal(answer.headers.get('content-type'), 'text/plain; charset=utf-8');
  assertCommonHeaders(answer);
});

test('OPTIONS lists what an address takes, and a wrong method is told so', async (t) => {
  const { call, join } = await startApp(t);
  await join('Ada');
  for (const [address, allow] of Object.entries(ADDRESSES)) {
    const options = await call(`OPTIONS ${address as `/${string}`}`);
    assert.deepEqual([options.status, options.headers.get('allow')], [204, allow], address);
    assertCommonHeaders(options);
    for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']) {
      if (allow.includes(method)) continue;
      const answer = await call(`${method} ${address as `/${string}`}`);
      assertError(answer, 'method_not_allowed');
      assert.equal(answer.headers.get('allow'), allow);
    }
  }
});

test('HEAD is there where GET is, and says the same without a body', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  for (const [address, allow] of Object.entries(ADDRESSES)) {
    if (!allow.includes('HEAD')) continue;
    const get = await call(`GET ${address as `/${string}`}`, { as: ada });
    const head = await call(`HEAD ${address as `/${string}`}`, { as: ada });
    assert.deepEqual([head.status, head.text], [get.status, ''], address);
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
  }
});

test('there is nothing at an unknown address, whatever the method', async (t) => {
  const { call } = await startApp(t);
  for (const method of ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS']) {
    for (const address of [
      '/',
      '/nothing',
      '/ping/',
      '/PING',
      '/timeline/1/more',
      '/%zz',
      '/a%00b',
    ]) {
      const answer = await call(`${method} ${address as `/${string}`}`);
      assertError(answer, 'not_found');
    }
  }
});

test('a failure of the server tells an id for the log, and nothing else', async (t) => {
  const { call, app, join } = await startApp(t);
  const ada = await join('Ada');
  app.services.tweets.post = () => Promise.reject(new Error('the secret plans'));

  const answer = await call('POST /tweet', { as: ada, json: { tweet: 'x' } });

  assertError(answer, 'internal_error');
  assert.deepEqual(Object.keys(answer.body), ['error', 'message', 'request_id']);
  assert.ok(!answer.text.includes('secret'));
});
