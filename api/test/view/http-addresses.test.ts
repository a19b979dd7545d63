/** Addresses and methods, whatever comes with them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { assertCommonHeaders, assertError } from '../kit/errors.ts';

/** Bodies that would be refused if anybody were there to take them. */
const BODIES: Record<string, { raw: string; headers: { 'content-type': string } }> = {
  'broken JSON': { raw: '{', headers: { 'content-type': 'application/json' } },
  'empty JSON': { raw: '', headers: { 'content-type': 'application/json' } },
  'too much JSON': {
    raw: `"${'x'.repeat(2000)}"`,
    headers: { 'content-type': 'application/json' },
  },
  text: { raw: 'words', headers: { 'content-type': 'text/plain' } },
  'a form': { raw: '--b--', headers: { 'content-type': 'multipart/form-data; boundary=b' } },
};

for (const [what, body] of Object.entries(BODIES)) {
  test(`a wrong method is 405 and an unknown address 404, also with ${what}`, async (t) => {
    const { call } = await startApp(t, { env: { BODY_MAX_BYTES: '1024' } });

    for (const request of ['PUT /tweet', 'DELETE /follow', 'PATCH /profile-picture'] as const) {
      const answer = await call(request, body);
      assertError(answer, 'method_not_allowed');
      assert.equal(answer.headers.get('allow'), 'OPTIONS, POST');
    }
    const ping = await call('POST /ping', body);
    assertError(ping, 'method_not_allowed');
    assert.equal(ping.headers.get('allow'), 'GET, HEAD, OPTIONS');
    for (const request of ['POST /nothing', 'PUT /', 'DELETE /tweets'] as const) {
      assertError(await call(request, body), 'not_found');
    }
  });
}

test('methods from elsewhere are no different from the common ones', async (t) => {
  const { call } = await startApp(t);
  for (const method of ['PROPFIND', 'QUERY', 'REPORT', 'PURGE', 'LINK']) {
    const answer = await call(`${method} /ping`);
    assertError(answer, 'method_not_allowed');
    assert.equal(answer.headers.get('allow'), 'GET, HEAD, OPTIONS', method);
    assertError(await call(`${method} /nothing`), 'not_found');
  }
});

test('the description of the API has the manners of the API', async (t) => {
  const { call } = await startApp(t);
  for (const address of ['/openapi.json', '/docs'] as const) {
    const options = await call(`OPTIONS ${address}`);
    assert.deepEqual([options.status, options.headers.get('allow')], [204, 'GET, HEAD, OPTIONS']);
    assertError(await call(`POST ${address}`), 'method_not_allowed');
    const [get, head] = [await call(`GET ${address}`), await call(`HEAD ${address}`)];
    assert.deepEqual([head.status, head.text], [200, '']);
    assert.equal(head.headers.get('content-type'), get.headers.get('content-type'));
    assertCommonHeaders(get);
    assertCommonHeaders(head);
  }
});

test('HEAD of what fails has the status and the headers, and no body', async (t) => {
  const { call } = await startApp(t);
  const failures = [
    ['/nothing', 404],
    ['/timeline/999', 404],
    ['/timeline/abc', 400],
    ['/timeline', 401],
    ['/tweet', 405],
  ] as const;
  for (const [address, status] of failures) {
    const answer = await call(`HEAD ${address}`);
    assert.deepEqual([answer.status, answer.text], [status, ''], address);
    assert.equal(answer.headers.get('content-type'), 'application/json; charset=utf-8');
    assertCommonHeaders(answer);
  }
  assert.equal((await call('HEAD /timeline')).headers.get('www-authenticate'), 'Bearer');
  assert.equal((await call('HEAD /tweet')).headers.get('allow'), 'OPTIONS, POST');
});

test('an address may be percent-encoded, and is no other for that', async (t) => {
  const { call, join, tweet } = await startApp(t);
  const ada = await join('Ada');
  await tweet(ada, 'hello');

  assert.equal((await call('GET /p%69ng')).text, 'pong');
  assert.equal((await call('GET /timeline/%31')).body.user_id, ada.id);
  for (const address of ['/timeline%2F1', '/timeline/%zz', '/timeline/%', '/timeline/%e0%a4']) {
    const answer = await call(`GET ${address as `/${string}`}`);
    assert.ok([400, 404].includes(answer.status), `${address}: ${answer.status}`);
    assertError(answer, answer.status === 404 ? 'not_found' : 'invalid_input');
  }
});

test('an address of thousands of characters is refused like a short one', async (t) => {
  const { call } = await startApp(t);
  const long = 'x'.repeat(5000);
  const answers = {
    [`/${long}`]: 'not_found',
    [`/timeline/${long}`]: 'malformed_request',
    [`/profile-picture/s3/${long}`]: 'malformed_request',
  } as const;
  for (const [address, code] of Object.entries(answers)) {
    const answer = await call(`GET ${address as `/${string}`}`);
    assertError(answer, code);
    assert.ok(answer.text.length < 500, 'it is not sent back');
  }
});
