import '../kit/client.ts';
import assert from 'node:assert/strict';
import { it } from 'node:test';

const { lengthOf, loadCounter } = await import('#lib/text/length.svelte.ts');

const FAMILY = '👩‍👩‍👧‍👦';

it('counts at once, never too few, and as people do once that is loaded', async () => {
  assert.equal(lengthOf('안녕하세요\n', ''), 6);
  assert.equal(lengthOf('안녕', ' 주의 '), 5);
  assert.equal(lengthOf(FAMILY, ''), 7);
  await loadCounter();
  assert.equal(lengthOf(FAMILY, ''), 1);
  assert.equal(lengthOf('안녕', ' 주의 '), 5);
});
