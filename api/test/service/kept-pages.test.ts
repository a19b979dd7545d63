import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type KeptPage, KeptPages } from '../../src/service/kept-pages.ts';

const KB = 1024;
const page = (ids: readonly number[], text = JSON.stringify(ids)): KeptPage => ({
  ids,
  json: Buffer.from(text),
  wasAskedFor: false,
});
const textOf = (found: KeptPage | undefined) => found?.json.toString();

test('a page is found again by the ids of its tweets, byte for byte', () => {
  const pages = new KeptPages(64 * KB);
  pages.keep(1, page([9, 8, 7]));
  assert.equal(textOf(pages.find(1, [9, 8, 7])), '[9,8,7]');
});

test('other tweets, another order or another timeline are another page', () => {
  const pages = new KeptPages(64 * KB);
  pages.keep(1, page([9, 8, 7]));
  assert.equal(pages.find(1, [10, 9, 8]), undefined, 'a new tweet');
  assert.equal(pages.find(1, [9, 7, 6]), undefined, 'one was deleted');
  assert.equal(pages.find(1, [9, 8]), undefined, 'the oldest was deleted');
  assert.equal(pages.find(1, [9, 8, 7, 6]), undefined, 'more are asked for');
  assert.equal(pages.find(2, [9, 8, 7]), undefined, 'somebody else');
});

test('the newer page takes the place of the older', () => {
  const pages = new KeptPages(64 * KB);
  pages.keep(1, page([1]));
  pages.keep(1, page([2, 1]));
  assert.equal(pages.find(1, [1]), undefined);
  assert.equal(textOf(pages.find(1, [2, 1])), '[2,1]');
});

test('what is kept does not change when the memory of the page is used for something else', () => {
  const pages = new KeptPages(64 * KB);
  const sent = page([1]);
  pages.keep(1, sent);
  sent.json.fill('x');
  assert.equal(textOf(pages.find(1, [1])), '[1]');
});

test('memory is bounded, and most pages stay when too many come', () => {
  const pages = new KeptPages(64 * KB);
  const body = 'x'.repeat(KB);
  const count = (from: number, to: number) => {
    let found = 0;
    for (let key = from; key < to; key += 1) if (pages.find(key, [key])) found += 1;
    return found;
  };
  for (let key = 0; key < 1000; key += 1) pages.keep(key, page([key], body));
  const kept = count(0, 1000);
  assert.ok(kept > 20 && kept < 64, `${kept} pages of 1.6 KB in 64 KB`);

  for (let key = 0; key < 160; key += 1) pages.keep(1000 + key, page([1000 + key], body));
  const newer = count(1000, 1160);
  assert.ok(newer > 0 && newer <= 10, `${newer} of 160 pages came in`);
});

test('all can be forgotten', () => {
  const pages = new KeptPages(64 * KB);
  pages.keep(1, page([1]));
  pages.forgetAll();
  assert.equal(pages.find(1, [1]), undefined);
});
