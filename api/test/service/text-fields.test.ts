import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { emailText, foldKey, nameText, profileText } from '../../src/service/text.ts';
import { refusal } from '../kit/domain-errors.ts';

const anyText = fc.string({ unit: 'binary', maxLength: 40 });

describe('a name', () => {
  test('has 1 to 100 code points', () => {
    assert.equal(nameText('a'), 'a');
    assert.equal(nameText('😀'.repeat(100)), '😀'.repeat(100));
    assert.throws(() => nameText(''), refusal('name_invalid'));
    assert.throws(() => nameText('a'.repeat(101)), refusal('name_invalid'));
  });

  test('is trimmed before it is counted, and brought to NFC', () => {
    assert.equal(nameText(`  ${'a'.repeat(100)}\n`), 'a'.repeat(100));
    assert.equal(nameText('Jose\u0301'), 'José');
  });

  test('shows something', () => {
    for (const name of ['   ', '\u200b', '\u3164', '\u2800 \u2800']) {
      assert.throws(() => nameText(name), refusal('name_invalid'));
    }
  });

  test('is one line without controls', () => {
    for (const name of ['Ada\nLovelace', 'Ada\tLovelace', 'Ada\u0085Lovelace', 'Ada\u0007']) {
      assert.throws(() => nameText(name), refusal('name_invalid'));
    }
  });

  test('has no NUL and no half surrogates', () => {
    assert.throws(() => nameText('Ada\0'), refusal('text_invalid'));
    assert.throws(() => nameText('Ada\ud83d'), refusal('text_invalid'));
  });
});

describe('a profile', () => {
  test('has 0 to 2,000 code points', () => {
    assert.equal(profileText(''), '');
    assert.equal(profileText('😀'.repeat(2000)), '😀'.repeat(2000));
    assert.throws(() => profileText('a'.repeat(2001)), refusal('profile_too_long'));
  });

  test('keeps its lines and is brought to NFC', () => {
    assert.equal(profileText('\nfirst\n\nJose\u0301 '), '\nfirst\n\nJosé ');
  });

  test('has no NUL and no half surrogates', () => {
    assert.throws(() => profileText('a\0'), refusal('text_invalid'));
    assert.throws(() => profileText('\ude00'), refusal('text_invalid'));
  });
});

describe('an e-mail address', () => {
  test('has one @ with something on both sides', () => {
    for (const email of ['ada@example.com', 'a+b.c@localhost', '김철수@예시.한국', "o'neil@x.y"]) {
      assert.equal(emailText(email), email);
    }
    for (const email of ['', 'ada', '@example.com', 'ada@', 'a@b@c', 'a b@c.com', 'a@b\n.com']) {
      assert.throws(() => emailText(email), refusal('email_invalid'));
    }
  });

  test('has nothing that is not seen, and nothing that turns the order of letters', () => {
    const hidden = [
      '\u200b',
      '\u200d',
      '\u00ad',
      '\u202e',
      '\u2066',
      '\u3164',
      '\ufe0f',
      '\u{e0061}',
    ];
    for (const character of hidden) {
      assert.throws(() => emailText(`a${character}da@example.com`), refusal('email_invalid'));
      assert.throws(() => emailText(`ada@exam${character}ple.com`), refusal('email_invalid'));
    }
  });

  test('is trimmed, brought to NFC and otherwise kept as it was typed', () => {
    assert.equal(emailText(' Ada@Example.com\n'), 'Ada@Example.com');
    assert.equal(emailText('jose\u0301@example.com'), 'josé@example.com');
  });

  test('has 254 code points at most', () => {
    const end = '@example.com';
    const longest = 'a'.repeat(254 - end.length) + end;
    assert.equal(emailText(longest), longest);
    assert.throws(() => emailText(`a${longest}`), refusal('email_invalid'));
  });

  test('has 254 code points at most when it is folded for comparison, too', () => {
    // One code point that NFKC takes apart into eighteen.
    const wide = '\ufdfa'.repeat(15);
    assert.throws(() => emailText(`${wide}@example.com`), refusal('email_invalid'));
  });

  test('has no NUL and no half surrogates', () => {
    assert.throws(() => emailText('a\0@example.com'), refusal('text_invalid'));
    assert.throws(() => emailText('a\ud83d@example.com'), refusal('text_invalid'));
  });
});

describe('text folded for comparison', () => {
  test('is the same in upper and lower case', () => {
    assert.equal(foldKey('Ada@Example.COM'), 'ada@example.com');
    assert.equal(foldKey('ÉCOLE'), foldKey('école'));
    assert.equal(foldKey('ПРИВЕТ'), foldKey('привет'));
  });

  test('is the same in full-width and plain letters', () => {
    assert.equal(foldKey('Ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ'), 'ada@example.com');
    assert.equal(foldKey('ﬁ①Ⅸ'), 'fi1ix');
  });

  test('is the same in NFC and NFD', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(foldKey(text.normalize('NFD')), foldKey(text.normalize('NFC')));
      }),
    );
  });

  test('is the same when only the small letter has a code point with its mark', () => {
    assert.equal(foldKey('J\u030c'), foldKey('\u01f0'));
  });

  test('has nothing around it', () => {
    assert.equal(foldKey(' \u3000\u00a0ada\n\ufeff'), 'ada');
  });

  test('tells different people apart', () => {
    assert.notEqual(foldKey('jose'), foldKey('josé'));
    assert.notEqual(foldKey('a b'), foldKey('ab'));
  });

  test('is the same when it is folded once more', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        assert.equal(foldKey(foldKey(text)), foldKey(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('is the same when it is folded once more, for every code point between letters', () => {
    for (let code = 1; code <= 0x10_ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const once = foldKey(`a${String.fromCodePoint(code)}b`);
      if (foldKey(once) !== once) assert.fail(`U+${code.toString(16)} is folded twice`);
    }
  });
});
