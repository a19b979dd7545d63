/** JSON bodies, which every address takes alike. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startApp } from '../kit/app.ts';
import { assertError } from '../kit/errors.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const JSON_ROUTES = ['/sign-up', '/login', '/tweet', '/follow', '/unfollow'] as const;

/** The given number of empty lists, one in the other. */
const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

test('every address that takes JSON takes an object of JSON and nothing else', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  for (const route of JSON_ROUTES) {
    const post = (raw: string, type = 'application/json'): Promise<Answer> =>
      call(`POST ${route}`, { as: ada, raw, headers: { 'content-type': type } });

    for (const broken of ['{', '', ' ', "{'tweet': 'x'}", '{"tweet": "x"}}', 'NaN', '\uFEFF']) {
      assertError(await post(broken), 'malformed_json');
    }
    for (const other of ['[]', '[{"tweet": "x"}]', '"tweet"', 'null', '7', 'true']) {
      const answer = await post(other);
      assertError(answer, 'invalid_input');
      assert.equal(answer.body.message, 'The body must be an object.');
    }
    const empty = await post('{}');
    assertError(empty, 'invalid_input');
    assert.match(empty.body.message, /^"\w+" is missing\.$/);
    for (const type of [
      'text/plain',
      'application/xml',
      'application/json-seq',
      'text/json',
      'x',
      '',
    ]) {
      assertError(await post('{"tweet": "x"}', type), 'unsupported_media_type');
    }
    assertError(await call(`POST ${route}`, { as: ada }), 'invalid_input');
  }
});

test('a form is not what an address for JSON takes', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  const form = new FormData();
  form.append('tweet', 'x');
  for (const route of JSON_ROUTES) {
    assertError(await call(`POST ${route}`, { as: ada, raw: form }), 'unsupported_media_type');
    const encoded = new URLSearchParams({ tweet: 'x' });
    assertError(await call(`POST ${route}`, { as: ada, raw: encoded }), 'unsupported_media_type');
  }
});

test('a body of just the most bytes is taken, and of one more refused, chunked or not', async (t) => {
  const { url, join, timelineOf } = await startApp(t, { env: { BODY_MAX_BYTES: '1024' } });
  const ada = await join('Ada');
  const tweetOf = (bytes: number) => {
    const start = '{"tweet": "in time", "rest": "';
    return `${start}${'x'.repeat(bytes - start.length - 2)}"}`;
  };
  const post = async (body: NonNullable<RequestInit['body']>) => {
    const headers = { ...JSON_TYPE, authorization: ada.token };
    const response = await fetch(`${url}/tweet`, { method: 'POST', headers, body, duplex: 'half' });
    const text = await response.text();
    const { status, headers: answered } = response;
    return { status, headers: answered, text, body: text === '' ? undefined : JSON.parse(text) };
  };
  const inChunks = (body: string) => {
    const halves = [body.slice(0, 600), body.slice(600)].map((half) => Buffer.from(half));
    return ReadableStream.from(halves);
  };

  assert.equal((await post(tweetOf(1024))).status, 200);
  assert.equal((await post(inChunks(tweetOf(1024)))).status, 200);
  assertError(await post(tweetOf(1025)), 'body_too_large');
  assertError(await post(inChunks(tweetOf(1025))), 'body_too_large');
  assert.deepEqual(await timelineOf(ada), ['in time', 'in time']);
});

test('JSON as deep as the limit of bytes lets it be does no harm', async (t) => {
  const { call, join, timelineOf } = await startApp(t);
  const ada = await join('Ada');
  const post = (raw: string) => call('POST /tweet', { as: ada, raw, headers: JSON_TYPE });

  assertError(await post(nested(32_000)), 'invalid_input');
  assertError(await post(`{"tweet": ${nested(32_000)}}`), 'invalid_input');
  assertError(await post('['.repeat(65_000)), 'malformed_json');
  assert.equal((await post(`{"tweet": "fine", "deep": ${nested(32_000)}}`)).status, 200);
  const objects = `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`;
  assertError(await post(`{"tweet": "x", "__proto__": ${objects}}`), 'malformed_json');
  assert.deepEqual(await timelineOf(ada), ['fine']);
});

test('nobody changes what all objects have', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  const bad = '{"polluted": true, "tweet": "x"}';
  for (const raw of [
    `{"tweet": "x", "__proto__": ${bad}}`,
    `{"tweet": "x", "\\u005f\\u005fproto__": ${bad}}`,
    `{"tweet": "x", "more": [{"__proto__": ${bad}}]}`,
    `{"tweet": "x", "constructor": {"prototype": ${bad}}}`,
    `{"__proto__": ${bad}}`,
  ]) {
    assertError(await call('POST /tweet', { as: ada, raw, headers: JSON_TYPE }), 'malformed_json');
  }
  assert.ok(!('polluted' in {}));
});

test('the type may bear parameters and any letters', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  for (const type of [
    'application/json;charset=UTF-8',
    'Application/JSON',
    'application/json; charset="utf-8"; profile=x',
  ]) {
    const headers = { 'content-type': type };
    const answer = await call('POST /tweet', { as: ada, raw: '{"tweet": "x"}', headers });
    assert.equal(answer.status, 200, type);
  }
});
