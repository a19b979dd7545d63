import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tweetText } from '../../../api/src/service/text.ts';
import { DomainError } from '../../../api/src/service/errors.ts';
import * as limits from '../../../api/src/service/limits.ts';
import { tweetLength } from '#lib/text/count.ts';
import { TWEET_MAX } from '#lib/text/limits.ts';

/** Each is one character to a person. */
const CHARACTERS = {
  'a letter': 'a',
  'a syllable': '한',
  'a syllable of conjoining letters': '\u1112\u1161\u11AB',
  'a letter with an accent apart': 'e\u0301',
  'a family': '👩‍👩‍👧‍👦',
  'a flag': '🇰🇷',
  'a hand with a skin': '👍🏽',
  'a keycap': '1️⃣',
  'a conjunct': 'क्षि',
  'an end of a line': '\n',
};

function isTooLongForTheServer(text: string): boolean {
  try {
    tweetText(text);
    return false;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'tweet_too_long') return true;
    throw error;
  }
}

describe('tweetLength', () => {
  for (const [what, character] of Object.entries(CHARACTERS)) {
    it(`counts ${what} as one, as the server does`, () => {
      assert.equal(tweetLength(`x${character}x`), 3);
      const most = `x${character.repeat(TWEET_MAX - 2)}x`;
      assert.equal(tweetLength(most), TWEET_MAX);
      assert.equal(isTooLongForTheServer(most), false);
      const more = `x${character.repeat(TWEET_MAX - 1)}x`;
      assert.equal(tweetLength(more), TWEET_MAX + 1);
      assert.equal(isTooLongForTheServer(more), true);
    });
  }

  it('counts a warning, and the break behind it', () => {
    assert.equal(tweetLength('four', ' warn '), 9);
    assert.equal(tweetLength('four', '   '), 4);
  });

  it('knows the limit of the server', () => {
    assert.equal(TWEET_MAX, limits.TWEET_MAX);
  });
});
