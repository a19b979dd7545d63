import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../kit/app.ts';
import { assertError } from '../../kit/errors.ts';

test('a tweet is on the very next read of the timeline', async (t) => {
  const { join, call, timelineOf } = await startApp(t);
  const ada = await join('Ada');

  const answer = await call('POST /tweet', { as: ada, json: { tweet: '안녕하세요' } });

  assert.equal(answer.status, 200);
  assert.equal(answer.text, '');
  assert.deepEqual(await timelineOf(ada), ['안녕하세요']);
});

test('a tweet has 300 characters as a person counts them', async (t) => {
  const { join, call, timelineOf } = await startApp(t);
  const ada = await join('Ada');
  const family = '👨‍👩‍👧‍👦';

  assert.equal(
    (await call('POST /tweet', { as: ada, json: { tweet: family.repeat(300) } })).status,
    200,
  );
  const tooLong = { as: ada, json: { tweet: family.repeat(301) } };
  assertError(await call('POST /tweet', tooLong), 'tweet_too_long');
  const korean = await call('POST /tweet', { ...tooLong, headers: { 'accept-language': 'ko' } });
  assertError(korean, 'tweet_too_long', 'ko');
  assert.equal(korean.body.message, '300자를 초과했습니다');

  assert.deepEqual(await timelineOf(ada), [family.repeat(300)]);
});

test('what is no tweet is refused, and says why', async (t) => {
  const { join, call, timelineOf } = await startApp(t);
  const ada = await join('Ada');
  const post = (raw: string, language = 'en') =>
    call('POST /tweet', {
      as: ada,
      raw,
      headers: { 'content-type': 'application/json', 'accept-language': language },
    });

  assertError(await post('{"tweet": " \\u200b\\n"}'), 'tweet_blank');
  assertError(await post('{"tweet": "a\\u0000b"}'), 'text_invalid');
  assertError(await post('{"tweet": "\\ud800"}'), 'text_invalid');
  assertError(await post(`{"tweet": "a${'\\u0301'.repeat(3001)}"}`), 'tweet_too_complex');
  for (const raw of [
    '{"tweet": 7}',
    '{"tweet": null}',
    '{"tweet": ["a"]}',
    '{"tweet": {"a": 1}}',
  ]) {
    const answer = await post(raw);
    assertError(answer, 'invalid_input');
    assert.equal(answer.body.message, '"tweet" must be a string.');
    assert.equal((await post(raw, 'ko')).body.message, '"tweet" 값은 문자열 형식이어야 합니다.');
  }
  assert.equal((await post('{}')).body.message, '"tweet" is missing.');
  for (const raw of ['[]', '"tweet"', 'null', '7']) assertError(await post(raw), 'invalid_input');
  assert.deepEqual(await timelineOf(ada), []);
});

test('a tweet sent again with the same Idempotency-Key is there once', async (t) => {
  const { join, call, timelineOf } = await startApp(t);
  const [ada, grace] = [await join('Ada'), await join('Grace')];
  const headers = { 'idempotency-key': 'k-1' };
  const post = (as: typeof ada, tweet: string) =>
    call('POST /tweet', { as, json: { tweet }, headers });

  const answers = await Promise.all([1, 2, 3].map(() => post(ada, 'once')));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  assert.equal((await post(grace, 'mine')).status, 200, 'the key of somebody else is another key');
  assertError(await post(ada, 'something else'), 'idempotency_key_reused');
  const bad = { as: ada, json: { tweet: 'x' }, headers: { 'idempotency-key': 'k'.repeat(256) } };
  assertError(await call('POST /tweet', bad), 'idempotency_key_invalid');

  assert.deepEqual(await timelineOf(ada), ['once']);
  assert.deepEqual(await timelineOf(grace), ['mine']);
});
