import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startApp } from '../../kit/app.ts';

test('a tweet is on the very next read of the timeline', async (t) => {
  const { join, call, timelineOf } = await startApp(t);
  const ada = await join('Ada');

  const answer = await call('POST /tweet', { as: ada, json: { tweet: '안녕하세요' } });

  assert.equal(answer.status, 200);
  assert.equal(answer.text, '');
  assert.deepEqual(await timelineOf(ada), ['안녕하세요']);
});

test('a tweet of 301 characters is refused, in the language of the reader', async (t) => {
  const { join, call } = await startApp(t);
  const ada = await join('Ada');
  const tooLong = { as: ada, json: { tweet: 'a'.repeat(301) } };

  const english = await call('POST /tweet', tooLong);
  const korean = await call('POST /tweet', { ...tooLong, headers: { 'accept-language': 'ko' } });

  assert.equal(english.status, 400);
  assert.deepEqual(english.body, {
    error: 'tweet_too_long',
    message: 'The tweet is over 300 characters.',
  });
  assert.equal(korean.status, 400);
  assert.equal(korean.body.message, '300자를 초과했습니다');
});
