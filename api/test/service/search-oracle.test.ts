import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { describeOnEngines } from '../kit/engines.ts';
import { startServices } from '../kit/services.ts';

const LETTERS = new Set(['a', 'b', '1', '_']);
/** Of all kinds, and few, so that they meet again. */
const PIECES = [
  '가',
  '나',
  '가나',
  '다',
  'a',
  'b',
  'ab',
  'A',
  '1',
  '_',
  '猫',
  '🎉',
  '+',
  'ㅋ',
] as const;

const word = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 4 });
const line = fc
  .array(word, { minLength: 1, maxLength: 5 })
  .map((words) => words.map((pieces) => pieces.join('')).join(' '));
const query = fc
  .array(word, { minLength: 1, maxLength: 2 })
  .map((words) => words.map((pieces) => pieces.join('')).join(' '));

/** What is to be found, said as simply as can be. */
function isFound(text: string, wanted: string): boolean {
  const words = wanted.split(' ').filter((one) => /[^+]/.test(one));
  return words.length > 0 && words.every((one) => has(text.toLowerCase(), one.toLowerCase()));
}

function has(text: string, wanted: string): boolean {
  const isLetter = (at: number) => LETTERS.has(text.at(at) ?? '');
  for (let at = 0; at + wanted.length <= text.length; at += 1) {
    const end = at + wanted.length;
    const cutsBefore = at > 0 && isLetter(at) && isLetter(at - 1);
    const cutsAfter = end < text.length && isLetter(end - 1) && isLetter(end);
    if (text.startsWith(wanted, at) && !cutsBefore && !cutsAfter) return true;
  }
  return false;
}

describeOnEngines('a search', (engine) => {
  test('finds just what a look at every tweet finds', async (t) => {
    const services = await startServices(t, { engine });
    const ada = await services.join('Ada');
    const said: { id: number; text: string }[] = [];
    const round = async (lines: readonly string[], queries: readonly string[]) => {
      for (const [n, text] of lines.entries()) {
        services.clock.pass(1000);
        said.unshift({ id: await services.tweets.publish(ada.viewer, { text }), text });
        // Some are indexed, and some are not.
        if (n === 3) await services.searchIndexer.run();
      }
      for (const text of queries) {
        const search = { text, viewerId: ada.user.id, limit: 40 };
        const found = await services.search.tweets(search);
        const expected = said.filter((one) => isFound(one.text, text)).slice(0, 40);
        assert.deepEqual(
          found.map(({ tweet }) => tweet.tweet),
          expected.map((one) => one.text),
          text,
        );
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(line, { minLength: 4, maxLength: 6 }),
        fc.array(query, { minLength: 10, maxLength: 10 }),
        round,
      ),
      // What was said before stays: a failure is not made smaller.
      { numRuns: 12, endOnFailure: true },
    );
  });
});
