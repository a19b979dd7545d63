/** Errors speak English or Korean, as the client asks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, startApp } from '../kit/app.ts';
import { assertError } from '../kit/errors.ts';

test('the language is the one that the client likes best of the two', async (t) => {
  const { call } = await startApp(t);
  const languages = {
    ko: ['ko', 'ko-KR', 'KO', 'ko-KR,ko;q=0.9,en-US;q=0.8', 'fr, ko;q=0.2', 'en;q=0.1, ko'],
    en: ['', 'en', 'en-GB', 'fr', '*', 'ko;q=0.5, en', 'ko;q=0, fr', 'nonsense;;q=', 'ko;q=0'],
  } as const;
  for (const language of ['ko', 'en'] as const) {
    for (const accept of languages[language]) {
      const answer = await call('GET /timeline', { headers: { 'accept-language': accept } });
      assert.equal(answer.headers.get('content-language'), language, accept);
      assert.match(answer.headers.get('vary') ?? '', /\baccept-language\b/i);
      assertError(answer, 'token_invalid', language);
    }
  }
});

test('a wrong value is named, with what it should be, in both languages', async (t) => {
  const { call, join } = await startApp(t);
  const ada = await join('Ada');
  const mistakes: [request: `${string} /${string}`, json: unknown, en: string, ko: string][] = [
    [
      'POST /follow',
      { follow: '1' },
      '"follow" must be an integer.',
      '"follow" 값은 정수 형식이어야 합니다.',
    ],
    [
      'POST /follow',
      { follow: 0 },
      '"follow" must be 1 or more.',
      '"follow" 값은 1 이상이어야 합니다.',
    ],
    ['POST /unfollow', {}, '"unfollow" is missing.', '"unfollow" 값이 없습니다.'],
    [
      'POST /unfollow',
      { unfollow: true },
      '"unfollow" must be an integer.',
      '"unfollow" 값은 정수 형식이어야 합니다.',
    ],
    [
      'POST /tweet',
      { tweet: 7 },
      '"tweet" must be a string.',
      '"tweet" 값은 문자열 형식이어야 합니다.',
    ],
    ['POST /tweet', [], 'The body must be an object.', '요청 본문 값은 객체 형식이어야 합니다.'],
    ['POST /login', { email: 'a@b' }, '"password" is missing.', '"password" 값이 없습니다.'],
    [
      'GET /timeline/abc',
      undefined,
      '"user_id" must be an integer.',
      '"user_id" 값은 정수 형식이어야 합니다.',
    ],
    [
      'GET /timeline/0',
      undefined,
      '"user_id" must be 1 or more.',
      '"user_id" 값은 1 이상이어야 합니다.',
    ],
    [
      'GET /timeline?limit=801',
      undefined,
      '"limit" must be 800 or less.',
      '"limit" 값은 800 이하여야 합니다.',
    ],
    [
      'GET /profile-picture/x',
      undefined,
      '"user_id" must be an integer.',
      '"user_id" 값은 정수 형식이어야 합니다.',
    ],
  ];
  for (const [request, json, en, ko] of mistakes) {
    const ask = (language: string): Promise<Answer> =>
      call(request, { as: ada, json, headers: { 'accept-language': language } });
    const [english, korean] = [await ask('en'), await ask('ko')];
    assertError(english, 'invalid_input');
    assertError(korean, 'invalid_input', 'ko');
    assert.deepEqual([english.body.message, korean.body.message], [en, ko]);
  }
});

test('what is right has no language', async (t) => {
  const { call } = await startApp(t);
  const { headers } = await call('GET /ping', { headers: { 'accept-language': 'ko' } });
  assert.equal(headers.get('content-language'), null);
});
