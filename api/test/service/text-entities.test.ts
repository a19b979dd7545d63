import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { entitiesOf, hashtagNames, mentionedNames } from '../../src/service/text-entities.ts';

/** What stands out, as it is written. */
const found = (text: string) =>
  entitiesOf(text).map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`);

describe('what stands out in a text', () => {
  const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
    'nothing at all': [],
    '안녕 @ada, 반가워요!': ['mention @ada'],
    '@ada@bob': ['mention @ada@bob'],
    'mail ada@example.com': [],
    '@ada@minitter.example!': ['mention @ada@minitter.example'],
    '@': [],
    '@@ada': [],
    'x@ada': [],
    '(@ada)': ['mention @ada'],
    '@ada님': [],
    '#한글 #태그_2 #123': ['hashtag #한글', 'hashtag #태그_2'],
    '＃전각': ['hashtag ＃전각'],
    '#한글은 좋다': ['hashtag #한글은'],
    'a#b &#39; /#c': [],
    '##twice': ['hashtag #twice'],
    [`#${'가'.repeat(100)}`]: [`hashtag #${'가'.repeat(100)}`],
    [`#${'가'.repeat(101)}`]: [],
    'see https://example.com/a#b?@c.': ['link https://example.com/a#b?@c'],
    '(https://example.com/a_(b))': ['link https://example.com/a_(b)'],
    'http://한국.kr/길?a=1 끝': ['link http://한국.kr/길?a=1'],
    'minitter.js and 1.5 and www.example.com': [],
    'ftp://example.com javascript://alert(1) //example.com mailto:a@b.cc': [],
    'https://': [],
    'https://example.com @ada #tag': ['link https://example.com', 'mention @ada', 'hashtag #tag'],
  };
  for (const [text, expected] of Object.entries(EXAMPLES)) {
    test(`in ${JSON.stringify(text.slice(0, 50))}`, () => assert.deepEqual(found(text), expected));
  }

  test('names each person and each hashtag once, however it is written', () => {
    const entities = entitiesOf('@Ada @ada #Tag #tag #ＴＡＧ @bob@here @carol@there');
    assert.deepEqual(
      mentionedNames(entities, (domain) => domain === undefined || domain === 'here'),
      ['ada', 'bob'],
    );
    assert.deepEqual([...hashtagNames(entities)], [['tag', 'Tag']]);
  });

  test('takes time in proportion to the text', () => {
    const started = process.cpuUsage().user;
    for (const hostile of ['@', '#', '@a@', 'http://a.', '@a@b.', '#_', '((((http://']) {
      entitiesOf(hostile.repeat(30_000 / hostile.length));
    }
    assert.ok(process.cpuUsage().user - started < 5_000_000);
  });
});
