import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { codePoints, storableText, tweetText } from '../../src/service/text.ts';
import { refusal } from '../kit/domain-errors.ts';

const FAMILY = '👨‍👩‍👧‍👦';
/** Whole code points of every kind, so also marks, joiners and unassigned ones. */
const anyText = fc.string({ unit: 'binary', maxLength: 400 });

describe('one character, as a person counts', () => {
  const single = {
    'a letter': 'a',
    'a family of four': FAMILY,
    'a flag': '🇰🇷',
    'a thumb with a skin colour': '👍🏽',
    'a keycap': '1️⃣',
    'a rainbow flag': '🏳️‍🌈',
    'a syllable of Hangul': '한',
    'a syllable in single jamo': '\u1112\u1161\u11ab',
    'an old syllable that has no code point': '\u1112\u119e\u11ab',
    'a letter under three marks': 'q\u0301\u0323\u0308',
    'a Devanagari conjunct': 'क्षि',
    'a line break of two code units': '\r\n',
  };
  for (const [what, character] of Object.entries(single)) {
    test(`is ${what}: 300 of them fit, 301 do not`, () => {
      // A letter at the end, since line breaks alone would be blank.
      assert.doesNotThrow(() => tweetText(`${character.repeat(299)}z`));
      assert.throws(() => tweetText(`${character.repeat(300)}z`), refusal('tweet_too_long'));
    });
  }

  test('two flags are two characters', () => {
    assert.doesNotThrow(() => tweetText('🇰🇷🇫🇷'.repeat(150)));
    assert.throws(() => tweetText(`${'🇰🇷🇫🇷'.repeat(150)}🇰🇷`), refusal('tweet_too_long'));
  });

  test('addresses of pages count in full', () => {
    const address = 'https://example.com/';
    assert.doesNotThrow(() => tweetText(address + 'x'.repeat(300 - address.length)));
    assert.throws(
      () => tweetText(address + 'x'.repeat(301 - address.length)),
      refusal('tweet_too_long'),
    );
  });
});

describe('the 3,000 code points of a tweet', () => {
  test('are enough for one letter under 2,999 marks', () => {
    const tweet = `x${'\u0323'.repeat(2999)}`;
    assert.equal(codePoints(tweetText(tweet)), 3000);
  });

  test('end before one letter under 3,000 marks', () => {
    assert.throws(() => tweetText(`x${'\u0323'.repeat(3000)}`), refusal('tweet_too_complex'));
  });

  test('are counted after NFC, which joins the letter with its first mark', () => {
    assert.equal(codePoints(tweetText(`a${'\u0301'.repeat(3000)}`)), 3000);
    assert.throws(() => tweetText(`a${'\u0301'.repeat(3001)}`), refusal('tweet_too_complex'));
  });

  test('count a pair of surrogates as one', () => {
    const mark = '\u{1d165}';
    assert.equal(codePoints(tweetText(`x${mark.repeat(2999)}`)), 3000);
    assert.throws(() => tweetText(`x${mark.repeat(3000)}`), refusal('tweet_too_complex'));
  });

  test('are enough for 300 families of seven code points', () => {
    assert.equal(codePoints(tweetText(FAMILY.repeat(300))), 2100);
  });

  test('are not what a plain long text is told about', () => {
    assert.throws(() => tweetText('a'.repeat(60_000)), refusal('tweet_too_long'));
    assert.throws(() => tweetText('😀'.repeat(15_000)), refusal('tweet_too_long'));
  });
});

describe('a blank tweet', () => {
  const blank = {
    'has nothing': '',
    'has a space': ' ',
    'has 300 line breaks': '\n'.repeat(300),
    'has more line breaks than a tweet may have characters': '\n'.repeat(5000),
    'has tabs and carriage returns': '\t\r\n',
    'has a no-break space': '\u00a0',
    'has an ideographic space': '\u3000',
    'has a zero-width space': '\u200b',
    'has a zero-width joiner': '\u200d',
    'has a byte order mark': '\ufeff',
    'has a soft hyphen': '\u00ad',
    'has a Hangul filler': '\u3164',
    'has a half-width Hangul filler': '\uffa0',
    'has Hangul jamo fillers': '\u115f\u1160',
    'has a blank Braille pattern': '\u2800',
    'has marks of direction': '\u200e\u202e\u2066',
    'has a variation selector': '\ufe0f',
    'has a control character': '\u0007',
    'has tags': '\u{e0061}\u{e007f}',
    'has all sorts of it': ' \u200b\u3164\u2800\n',
  };
  for (const [how, text] of Object.entries(blank)) {
    test(how, () => {
      assert.throws(() => tweetText(text), refusal('tweet_blank'));
    });
  }

  test('is not one with a single full stop among the blanks', () => {
    assert.equal(tweetText('\n\u200b.\u3164'), '\n\u200b.\u3164');
  });
});

describe('text that is stored', () => {
  test('is in NFC', () => {
    assert.equal(storableText('Cafe\u0301 \u1112\u1161\u11ab'), 'Caf\u00e9 한');
    assert.equal(tweetText('Cafe\u0301'), 'Caf\u00e9');
  });

  test('keeps compatibility characters, spaces and line breaks as they are', () => {
    assert.equal(tweetText('  ﬁne ①\r\n\tＡ  '), '  ﬁne ①\r\n\tＡ  ');
  });

  test('has no NUL', () => {
    assert.throws(() => storableText('a\0b'), refusal('text_invalid'));
    assert.throws(() => tweetText('\0'), refusal('text_invalid'));
  });

  test('has no half of a surrogate pair, wherever it stands', () => {
    for (const text of ['\ud83d', '\ude00', 'a\ud83d', '\ude00a', '\ude00\ud83d', '😀\ud83d']) {
      assert.throws(() => tweetText(text), refusal('text_invalid'));
    }
  });

  test('is counted in code points', () => {
    assert.equal(codePoints(''), 0);
    assert.equal(codePoints('a😀\n한'), 4);
    assert.equal(codePoints(FAMILY), 7);
  });

  test('is the same when it is stored once more', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const once = attempt(text);
        if (once !== undefined) assert.equal(tweetText(once), once);
      }),
    );
  });

  test('is judged the same in NFC and NFD', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(attempt(text.normalize('NFD')), attempt(text.normalize('NFC')));
      }),
    );
  });
});

/** The tweet as it would be stored, or undefined when it is refused. */
function attempt(text: string): string | undefined {
  try {
    return tweetText(text);
  } catch {
    return undefined;
  }
}
