import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPassword } from '../../src/service/password-policy.ts';
import { codeOf } from '../kit/domain-errors.ts';

const ADA = { email: 'Ada.Lovelace@example.com', name: 'Ada King Lovelace' };

/** Why this password is refused to Ada, or undefined when she may have it. */
const verdict = (password: string) => codeOf(checkPassword(password, ADA));

test('a password has 8 code points or more', async () => {
  assert.equal(await verdict(''), 'password_too_short');
  assert.equal(await verdict('zq8!kfw'), 'password_too_short');
  assert.equal(await verdict('zq8!kfwm'), undefined);
  assert.equal(await verdict('🦊🐙🌵🎻🧭🪁🥨'), 'password_too_short');
  assert.equal(await verdict('🦊🐙🌵🎻🧭🪁🥨🛶'), undefined);
});

test('a password has 256 code points or fewer', async () => {
  assert.equal(await verdict('zq8!'.repeat(64)), undefined);
  assert.equal(await verdict(`${'zq8!'.repeat(64)}k`), 'password_too_long');
  assert.equal(await verdict('🦊🐙'.repeat(128)), undefined);
});

test('the length is the same however the keyboard composes', async () => {
  const sevenSyllables = '가나다라마바사';
  assert.equal(await verdict(sevenSyllables.normalize('NFD')), 'password_too_short');
  assert.equal(await verdict(`${sevenSyllables}아`.normalize('NFD')), undefined);
});

test('a common password is refused, in whatever case or width', async () => {
  for (const password of [
    'password123',
    'qwertyuiop',
    'iloveyou',
    'sunshine1',
    '12345678',
    'PassWord123',
    'ｐａｓｓｗｏｒｄ１２３',
  ]) {
    assert.equal(await verdict(password), 'password_common', password);
  }
});

test('a password of nothing but white space or what shows nothing is refused', async () => {
  for (const nothing of [' ', '\u3000', '\u200b', '\u3164', ' \u200d\t']) {
    assert.equal(await verdict(nothing.repeat(12)), 'password_common');
  }
  assert.equal(await verdict(`${' '.repeat(11)}가`), undefined);
});

test('a password is neither the e-mail nor the name, in whatever case or width', async () => {
  for (const password of [
    'Ada.Lovelace@example.com',
    'ada.lovelace@EXAMPLE.com',
    'Ada King Lovelace',
    'ADA KING LOVELACE',
    ' ada king lovelace ',
    'Ａｄａ Ｋｉｎｇ Ｌｏｖｅｌａｃｅ',
  ]) {
    assert.equal(await verdict(password), 'password_is_identity', password);
  }
});

test('a password that merely contains the name, or a common one, may be chosen', async () => {
  assert.equal(await verdict('Ada King Lovelace 1815'), undefined);
  assert.equal(await verdict('password123 and more'), undefined);
});

test('ordinary good passwords may be chosen', async () => {
  for (const password of ['correct horse battery staple', '산책을 좋아합니다', 'mJ4-Qx9_vT']) {
    assert.equal(await verdict(password), undefined, password);
  }
});

test('a password that cannot be typed is refused', async () => {
  assert.equal(await verdict('long enough\0'), 'text_invalid');
  assert.equal(await verdict('long enough\ud83d'), 'text_invalid');
});
