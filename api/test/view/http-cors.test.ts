/** Front ends that are served from elsewhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';
import { assertCommonHeaders, assertError } from '../kit/errors.ts';

const LISTED = 'https://app.example';
const preflight = (origin: string) => ({
  headers: {
    origin,
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'authorization, content-type, idempotency-key',
  },
});

test('where no origins are listed, every page may call the API and read the answers', async (t) => {
  const { call } = await startApp(t);
  const answers = [
    await call('OPTIONS /tweet', preflight(LISTED)),
    await call('GET /timeline', { headers: { origin: LISTED } }),
  ];
  for (const { headers } of answers) {
    assert.equal(headers.get('access-control-allow-origin'), '*');
    assert.equal(headers.get('access-control-allow-credentials'), null);
  }
});

test('a listed origin may send what the API takes; another is not named', async (t) => {
  const { call } = await startApp(t, { env: { CORS_ORIGINS: `${LISTED}, https://b.example` } });

  const allowed = await call('OPTIONS /tweet', preflight(LISTED));
  assert.equal(allowed.status, 204);
  assert.equal(allowed.headers.get('access-control-allow-origin'), LISTED);
  assert.match(allowed.headers.get('access-control-allow-methods') ?? '', /\bPOST\b/);
  const headers = allowed.headers.get('access-control-allow-headers') ?? '';
  for (const name of ['authorization', 'content-type', 'idempotency-key']) {
    assert.ok(headers.includes(name), `${name} may be sent`);
  }
  assert.match(allowed.headers.get('vary') ?? '', /\borigin\b/i);
  assertCommonHeaders(allowed);

  for (const stranger of [
    'https://c.example',
    'http://app.example',
    'https://app.example:444',
    'https://app.example.evil.example',
    'null',
  ]) {
    const answer = await call('OPTIONS /tweet', preflight(stranger));
    assert.equal(answer.headers.get('access-control-allow-origin'), null, stranger);
    assertCommonHeaders(answer);
  }
});

test('a page elsewhere can read every answer, the refusals too', async (t) => {
  const { call, join } = await startApp(t, { env: { CORS_ORIGINS: LISTED } });
  const ada = await join('Ada');
  const headers = { origin: LISTED };
  const answers = [
    await call('GET /ping', { headers }),
    await call('POST /tweet', { headers, as: ada, json: { tweet: 'x' } }),
    await call('POST /tweet', { headers, as: ada, json: { tweet: 7 } }),
    await call('GET /timeline', { headers }),
    await call('GET /nothing', { headers }),
    await call('PUT /tweet', { headers }),
    await call('POST /login', {
      headers: { ...headers, 'content-type': 'text/plain' },
      raw: 'words',
    }),
  ];

  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 400, 401, 404, 405, 415],
  );
  for (const answer of answers) {
    assert.equal(answer.headers.get('access-control-allow-origin'), LISTED);
    const exposed = answer.headers.get('access-control-expose-headers') ?? '';
    const limits = ['X-RateLimit-Limit', 'X-RateLimit-Remaining', 'X-RateLimit-Reset'];
    assert.deepEqual(exposed.split(', ').toSorted(), ['Link', 'Retry-After', ...limits]);
    assertCommonHeaders(answer);
  }
});

test('a preflight for an address that is not there finds nothing there', async (t) => {
  const { call } = await startApp(t);
  assertError(await call('OPTIONS /nothing', preflight(LISTED)), 'not_found');
});
