import assert from 'node:assert/strict';
import { ERROR_STATUS, type ErrorCode, MESSAGES } from '../../src/view/errors.ts';
import type { Answer } from './app.ts';

/** Asserts that an answer is this error in every respect: status, body, language, headers. */
export function assertError(answer: Answer, code: ErrorCode, language: 'en' | 'ko' = 'en'): void {
  assert.equal(answer.body?.error, code, answer.text);
  assert.equal(answer.status, ERROR_STATUS[code].classic);
  assert.deepEqual(Object.keys(answer.body).slice(0, 2), ['error', 'message']);
  if (code !== 'invalid_input') assert.equal(answer.body.message, MESSAGES[code][language]);
  assertCommonHeaders(answer);
}

/** Asserts the headers that every reply bears. */
export function assertCommonHeaders({ headers }: Answer): void {
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
  assert.equal(headers.get('x-frame-options'), 'DENY');
  assert.equal(headers.get('referrer-policy'), 'no-referrer');
  assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
  assert.equal(headers.get('access-control-allow-credentials'), null);
}
