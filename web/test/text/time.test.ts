import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { en } from '#lib/i18n/en.ts';
import { ko } from '#lib/i18n/ko.ts';
import { ago, fullTime, monthOf, shortNumber } from '#lib/text/time.ts';

const NOW = Date.UTC(2026, 5, 15, 12);
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe('ago', () => {
  const cases: readonly [past: number, english: string, korean: string][] = [
    [-5 * SECOND, 'now', '방금'],
    [59 * SECOND, 'now', '방금'],
    [MINUTE, '1m', '1분'],
    [HOUR - 1, '59m', '59분'],
    [HOUR, '1h', '1시간'],
    [DAY - 1, '23h', '23시간'],
    [DAY, '1d', '1일'],
    [7 * DAY - 1, '6d', '6일'],
    [7 * DAY, 'Jun 8', '6월 8일'],
    [400 * DAY, 'May 11, 2025', '2025년 5월 11일'],
  ];
  for (const [past, english, korean] of cases) {
    it(`says ${english} and ${korean}`, () => {
      assert.equal(ago(NOW - past, NOW, en, 'en'), english);
      assert.equal(ago(NOW - past, NOW, ko, 'ko'), korean);
    });
  }
});

describe('dates and numbers', () => {
  it('are written as one does in the language', () => {
    assert.match(fullTime(NOW, 'ko'), /2026년 6월 15일/);
    assert.match(fullTime(NOW, 'en'), /June 15, 2026/);
    assert.equal(monthOf(NOW, 'ko'), '2026년 6월');
    assert.equal(shortNumber(12_345, 'en'), '12.3K');
    assert.equal(shortNumber(12_345, 'ko'), '1.2만');
    assert.equal(shortNumber(7, 'ko'), '7');
  });
});
