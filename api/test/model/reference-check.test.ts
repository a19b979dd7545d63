import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { KeyTwice, ReferenceCheck } from '../../src/model/reference-check.ts';
import { atEnd } from '../kit/at-end.ts';

function check(t: TestContext): ReferenceCheck {
  const made = new ReferenceCheck();
  atEnd(t, () => made.close());
  return made;
}

test('what is referred to may come before or after', (t) => {
  const references = check(t);
  references.refer('tweets', 'users', [2, 1, 2]);
  references.add('users', [1, 2]);
  references.refer('tweets', 'users', [1]);
  references.add('users', [3]);
  references.refer('follows', 'users', [3]);
  assert.deepEqual(references.dangling(), []);
});

test('what never came is told, with who refers to it, how many and some of them', (t) => {
  const references = check(t);
  references.add('users', [1, 2]);
  references.refer('tweets', 'users', [9, 1, 8, 9, 7, 6]);
  references.refer('users', 'objects', ['disk:a', 'disk:b']);
  references.add('objects', ['disk:b']);
  assert.deepEqual(references.dangling(), [
    { from: 'tweets', key: 'users', count: 4, examples: [6, 7, 8] },
    { from: 'users', key: 'objects', count: 1, examples: ['disk:a'] },
  ]);
});

test('large numbers and texts with anything in them are kept as they are', (t) => {
  const references = check(t);
  const texts = ["it's", '"quoted"', '안녕 👩‍👩‍👧', '', '12'];
  references.add('tweets', [2 ** 53 - 1, 2 ** 53 - 3]);
  references.add('names', texts);
  references.refer('replies', 'tweets', [2 ** 53 - 1, 2 ** 53 - 2]);
  references.refer('others', 'names', [...texts, 'It’s']);
  assert.deepEqual(references.dangling(), [
    { from: 'replies', key: 'tweets', count: 1, examples: [2 ** 53 - 2] },
    { from: 'others', key: 'names', count: 1, examples: ['It’s'] },
  ]);
});

test('a key that comes twice is refused', (t) => {
  const references = check(t);
  references.add('users', [1, 2]);
  references.add('names', ['a']);
  assert.throws(() => references.add('users', [3, 2]), KeyTwice);
  assert.throws(() => references.add('names', ['a']), KeyTwice);
});
