import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { chosenUsername, derivedUsernames, givenUsername } from '../../src/service/usernames.ts';
import { refusal } from '../kit/domain-errors.ts';

describe('a user name that is chosen', () => {
  test('is lower-cased and trimmed', () => {
    assert.equal(chosenUsername(' Ada_99 '), 'ada_99');
  });

  test('has 1 to 30 characters', () => {
    assert.equal(chosenUsername('a'), 'a');
    assert.equal(chosenUsername('a'.repeat(30)), 'a'.repeat(30));
    assert.throws(() => chosenUsername(''), refusal('username_invalid'));
    assert.throws(() => chosenUsername('a'.repeat(31)), refusal('username_invalid'));
  });

  test('has letters a to z, digits and _ alone', () => {
    assert.equal(chosenUsername('abcdefghijklmnopqrstuvwxyz_'), 'abcdefghijklmnopqrstuvwxyz_');
    assert.equal(chosenUsername('0123456789'), '0123456789');
    for (const text of [
      'a b',
      'a-b',
      'a.b',
      'josé',
      '철수',
      'ａｄａ',
      'a\nb',
      'a@b',
      '~a',
      'a\0',
    ]) {
      assert.throws(() => chosenUsername(text), refusal('username_invalid'));
    }
  });

  test('is none of the reserved words, in whatever case', () => {
    for (const text of ['admin', 'ADMIN', 'Minitter', 'root', 'api', 'sign_up', 'user']) {
      assert.throws(() => chosenUsername(text), refusal('username_reserved'));
    }
  });

  test('is none that the server itself gives', () => {
    for (const text of ['user1', 'User42', 'user0001']) {
      assert.throws(() => chosenUsername(text), refusal('username_reserved'));
    }
  });

  test('may look a little like one of those', () => {
    for (const text of ['user_1', 'user1a', 'auser1', 'admins', 'user1_']) {
      assert.equal(chosenUsername(text), text);
    }
  });
});

test('a user name that the server gives is user<id>', () => {
  assert.equal(givenUsername(7), 'user7');
});

describe('a user name that is derived from a name', () => {
  const derived = {
    'Jane Doe': 'jane_doe',
    José: 'jose',
    'Jose\u0301': 'jose',
    Ｊａｎｅ: 'jane',
    "Conan O'Brien": 'conan_obrien',
    'Jean-Luc  Picard': 'jean_luc_picard',
    'J. R. R. Tolkien': 'j_r_r_tolkien',
    __Ada__: 'ada',
    'Kim 김철수': 'kim',
    Bob: 'bob',
    'R2 D2': 'r2_d2',
  };
  for (const [name, username] of Object.entries(derived)) {
    test(`is ${username} for ${name}`, () => {
      assert.equal(derivedUsernames(name)[0], username);
    });
  }

  for (const name of ['김철수', 'Al', '한 A', '🦊', '---', 'Admin', 'User', 'User7', 'API']) {
    test(`is none for ${name}`, () => {
      assert.deepEqual(derivedUsernames(name), []);
    });
  }

  test('has digits added in case it is taken', () => {
    const [first, second, third] = derivedUsernames('Jane Doe');
    assert.deepEqual([first, second, third], ['jane_doe', 'jane_doe2', 'jane_doe3']);
  });

  test('is never cut to more than 30 characters, digits included', () => {
    const usernames = derivedUsernames('a'.repeat(100));
    assert.equal(usernames[0], 'a'.repeat(30));
    assert.equal(usernames[1], `${'a'.repeat(29)}2`);
    assert.ok(usernames.every((username) => username.length === 30));
  });

  test('never becomes one that the server gives, when digits are added or letters cut', () => {
    for (const name of [`user${'1'.repeat(25)}x`, `user${'1'.repeat(40)}`, 'use r', 'user ']) {
      for (const username of derivedUsernames(name)) assert.doesNotMatch(username, /^user\d+$/);
    }
  });

  test('is one that could be chosen, whatever the name', () => {
    const names = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.constantFrom('u', 's', 'e', 'r', '1', '_', ' ', 'É'), maxLength: 60 }),
    );
    fc.assert(
      fc.property(names, (name) => {
        const usernames = derivedUsernames(name);
        assert.deepEqual(usernames.map(chosenUsername), usernames);
      }),
    );
  });
});
