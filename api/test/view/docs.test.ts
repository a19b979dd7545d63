import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../kit/app.ts';

const OPERATIONS = [
  'delete /api/minitter/v1/sessions',
  'delete /api/minitter/v1/sessions/{id}',
  'get /api/minitter/v1/account/export',
  'get /api/minitter/v1/sessions',
  'get /ping',
  'get /profile-picture/s3/{user_id}',
  'get /profile-picture/{user_id}',
  'get /ready',
  'get /timeline',
  'get /timeline/{user_id}',
  'post /api/minitter/v1/account/delete',
  'post /api/minitter/v1/account/email',
  'post /api/minitter/v1/account/password',
  'post /api/minitter/v1/email/confirm',
  'post /api/minitter/v1/email/confirmation',
  'post /api/minitter/v1/password/forgot',
  'post /api/minitter/v1/password/reset',
  'post /api/minitter/v1/sign-up',
  'post /follow',
  'post /login',
  'post /profile-picture',
  'post /profile-picture/s3',
  'post /sign-up',
  'post /tweet',
  'post /unfollow',
];

test('/openapi.json describes every operation, by the schemas that validate', async (t) => {
  const { call } = await startApp(t);
  const { body, headers } = await call('GET /openapi.json');

  assert.equal(headers.get('content-type'), 'application/json; charset=utf-8');
  assert.equal(body.openapi, '3.1.0');
  const operations = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      name: `${method} ${path}`,
      operation,
    })),
  );
  assert.deepEqual(operations.map(({ name }) => name).toSorted(), OPERATIONS);
  for (const { name, operation } of operations) {
    assert.ok(operation.summary, `${name} has a summary`);
    assert.ok(operation.responses['200'] ?? operation.responses['202'], `${name} has an answer`);
    for (const [status, { description }] of Object.entries<{ description: string }>(
      operation.responses,
    )) {
      assert.notEqual(description, 'Default Response', `${name} says what ${status} means`);
    }
  }
  const { schema } = body.paths['/tweet'].post.requestBody.content['application/json'];
  assert.deepEqual(schema.required, ['tweet']);
  assert.equal(schema.properties.tweet.type, 'string');
  assert.deepEqual(body.paths['/tweet'].post.security, [{ token: [] }]);
  assert.equal(body.paths['/login'].post.security, undefined);
});

test('/docs is a page that needs nothing from elsewhere', async (t) => {
  const { call } = await startApp(t);
  const page = await call('GET /docs');

  assert.equal(page.status, 200);
  const resources = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
    ([, address]) => address,
  );
  assert.ok(resources.length >= 3);
  for (const address of resources) {
    assert.match(address ?? '', /^\/docs\/static\//);
    assert.equal((await call(`GET ${address as `/${string}`}`)).status, 200);
  }
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'; script-src 'self';/);
  assert.ok(!/https?:/.test(policy));
});

test('there are no other files behind the page', async (t) => {
  const { call } = await startApp(t);
  for (const name of ['nothing.js', '..%2f..%2fpackage.json', '%2e%2e/%2e%2e/package.json']) {
    const answer = await call(`GET /docs/static/${name}`);
    assert.ok(answer.status === 404 || answer.status === 400, `${name}: ${answer.status}`);
    assert.ok(!answer.text.includes('"name"'));
  }
});
