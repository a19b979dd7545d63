import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  DOMAIN_ERRORS,
  DomainError,
  type DomainErrorCode,
  TryLaterError,
} from '../../src/service/errors.ts';

const CODES = Object.keys(DOMAIN_ERRORS) as DomainErrorCode[];
const HANGUL = /\p{Script=Hangul}/u;

for (const code of CODES) {
  describe(`the error ${code}`, () => {
    const { en, ko } = DOMAIN_ERRORS[code];

    test('has a code of small words', () => {
      assert.match(code, /^[a-z]+(_[a-z]+)*$/);
    });

    test('says in English what is wrong', () => {
      assert.notEqual(en.trim(), '');
      assert.doesNotMatch(en, HANGUL);
    });

    test('says in Korean what is wrong', () => {
      assert.match(ko, HANGUL);
    });

    test('names the same numbers in both languages', () => {
      const numbers = (text: string) => (text.match(/\d+/g) ?? []).sort();
      // "1 to 30 of a–z, 0–9 and _" describes the digits in Korean by a word.
      const spelt = en.replaceAll('0–9', '');
      assert.deepEqual(numbers(ko), numbers(spelt));
    });
  });
}

test('a tweet that is too long is refused in the words of the course', () => {
  assert.equal(DOMAIN_ERRORS.tweet_too_long.ko, '300자를 초과했습니다');
});

test('a domain error carries its code, its English message and its cause', () => {
  const cause = new Error('below');
  const error = new DomainError('email_taken', { cause });
  assert.equal(error.code, 'email_taken');
  assert.equal(error.message, DOMAIN_ERRORS.email_taken.en);
  assert.equal(error.cause, cause);
});

test('a refusal for now says when to come back', () => {
  const error = new TryLaterError('busy', 1500);
  assert.ok(error instanceof DomainError);
  assert.equal(error.code, 'busy');
  assert.equal(error.retryAfterMs, 1500);
});
