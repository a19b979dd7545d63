import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adoptedIdsAt, idIn } from '../../src/model/adopted-tweet-ids.ts';
import { timeOfTweetId } from '../../src/model/tweet-ids.ts';

const at = (text: string) => adoptedIdsAt(Date.parse(text));
const end = ({ first, count }: { first: number; count: number }) => first + count;

test('seconds have ranges of their own, in their order, from 1970 on', () => {
  const seconds = [
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:01Z',
    '2018-07-24T12:34:56Z',
    '2018-07-24T12:34:57Z',
    '2024-12-31T23:59:59Z',
    '2025-01-01T00:00:00Z',
    '2025-12-31T23:59:59Z',
    '2026-01-01T00:00:00Z',
    '2026-01-01T00:00:01Z',
    '2038-01-19T03:14:07Z',
  ].map(at);
  assert.ok((seconds[0]?.first ?? 0) >= 1);
  for (const [i, range] of seconds.entries()) {
    const next = seconds[i + 1];
    if (next) assert.ok(end(range) <= next.first, String(i));
    assert.ok(range.count >= 65_536 && Number.isSafeInteger(end(range)));
  }
});

test('from 2026 on the ids tell the time, like native ones', () => {
  const time = Date.parse('2026-05-01T10:20:30Z');
  const range = adoptedIdsAt(time + 999);
  assert.equal(timeOfTweetId(range.first), time);
  assert.equal(timeOfTweetId(end(range) - 1), time + 999);
});

test('ids before 2026 are below those of every tweet that is written here', () => {
  assert.ok(timeOfTweetId(end(at('2025-12-31T23:59:59Z'))) < Date.UTC(2026, 0, 1));
});

test('behind the last id of a range comes its first again', () => {
  const range = { first: 100, count: 3 };
  assert.deepEqual(
    [0, 1, 2, 3, 4].map((n) => idIn(range, n)),
    [100, 101, 102, 100, 101],
  );
});
