/** What every reply bears, whichever it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startApp } from '../kit/app.ts';
import { assertCommonHeaders } from '../kit/errors.ts';
import { formOf, pngOf, startPictureApp } from '../kit/http-pictures.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';

/** A store whose files have an address of their own, as a bucket's have. */
class AddressedStore extends MemoryObjectStore {
  override async address(): Promise<undefined> {
    return 'https://cdn.example/picture' as unknown as undefined;
  }
}

function assertStatus(answer: Answer, status: number): void {
  assert.equal(answer.status, status, answer.text);
  assertCommonHeaders(answer);
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'/);
  assert.equal(answer.headers.get('x-powered-by'), null);
  assert.equal(answer.headers.get('server'), null);
}

test('the headers of security are on every reply, whatever its status', async (t) => {
  const env = { RATE_LIMITS: 'on', SIGN_UPS_PER_ADDRESS: '2', BODY_MAX_BYTES: '1024' };
  const app = await startPictureApp(t, env);
  const { call, join } = app;
  const ada = await join('Ada');
  const again = { name: 'Ada', email: ada.email, password: 'another long password' };
  await app.upload(ada, formOf(['profile-pic', await pngOf('teal')]));
  const shown = await app.show(ada);
  const keyed = (tweet: string) =>
    call('POST /tweet', { as: ada, json: { tweet }, headers: { 'idempotency-key': 'k' } });

  assertStatus(shown, 200);
  assertStatus(await keyed('one'), 200);
  assertStatus(await call('OPTIONS /tweet'), 204);
  assertStatus(await app.show(ada, { 'if-none-match': shown.headers.get('etag') ?? '' }), 304);
  assertStatus(await call('POST /tweet', { as: ada, json: {} }), 400);
  assertStatus(await call('GET /timeline'), 401);
  assertStatus(await call('GET /timeline/999'), 404);
  assertStatus(await call('GET /%zz'), 404);
  assertStatus(await call('DELETE /tweet'), 405);
  assertStatus(await call('POST /sign-up', { json: again }), 409);
  assertStatus(await call('POST /tweet', { as: ada, json: { tweet: 'x'.repeat(2000) } }), 413);
  assertStatus(await call('POST /tweet', { as: ada, raw: 'x' }), 415);
  assertStatus(await keyed('two'), 422);
  assertStatus(await call('POST /sign-up', { json: again }), 429);
  app.app.services.follows.follow = () => Promise.reject(new TypeError('x is undefined'));
  assertStatus(await call('POST /follow', { as: ada, json: { follow: 2 } }), 500);
});

test('a redirection and a refused sign-up bear them too', async (t) => {
  const store = new AddressedStore('s3');
  const { call, join } = await startApp(t, {
    objects: { current: store, all: [store] },
  });
  const ada = await join('Ada');
  await call('POST /profile-picture', {
    as: ada,
    raw: formOf(['profile-pic', await pngOf('teal')]),
  });

  const redirect = await call(`GET /profile-picture/${ada.id}`);
  assertStatus(redirect, 302);
  assert.equal(redirect.headers.get('location'), 'https://cdn.example/picture');
  assert.equal(redirect.headers.get('cache-control'), 'no-store', 'an address may be short-lived');
  const json = { headers: { accept: 'application/json' } };
  assert.deepEqual((await call(`GET /profile-picture/${ada.id}`, json)).body, {
    img_url: 'https://cdn.example/picture',
  });

  const closed = await startApp(t, { env: { REGISTRATIONS: 'closed' } });
  assertStatus(await closed.call('POST /sign-up', { json: ada }), 403);
});

test('answers are not to be stored, except pictures', async (t) => {
  const app = await startPictureApp(t);
  const ada = await app.join('Ada');
  await app.upload(ada, formOf(['profile-pic', await pngOf('teal')]));

  const cacheControl = async (request: `${string} /${string}`) =>
    (await app.call(request, { as: ada })).headers.get('cache-control');
  for (const request of [
    'GET /ping',
    'GET /timeline',
    'GET /timeline/1',
    'GET /profile-picture/s3/1',
    'GET /profile-picture/999',
    'GET /nothing',
  ] as const) {
    assert.equal(await cacheControl(request), 'no-store', request);
  }
  assert.match((await cacheControl('GET /profile-picture/1')) ?? '', /^public, max-age=60\b/);
});
