/** Plain numbers in chains of blocks: whom a viewer follows, and who waits for a source's tweets. */
import { type BlockPool, WORDS } from './blocks.ts';

/** Words for content in a block; the first two are the link and the number of words in use. */
const ROOM = WORDS - 2;

/**
 * Puts `width` words in front of a chain.
 *
 * @returns the chain's head, or 0 when there was no memory
 */
export function push(pool: BlockPool, head: number, first: number, second?: number): number {
  const { words } = pool;
  const width = second === undefined ? 1 : 2;
  let block = head;
  if (block === 0 || (words[block * WORDS + 1] as number) + width > ROOM) {
    block = pool.take();
    if (block === 0) return 0;
    words[block * WORDS] = head;
  }
  const used = words[block * WORDS + 1] as number;
  words[block * WORDS + 2 + used] = first;
  if (second !== undefined) words[block * WORDS + 3 + used] = second;
  words[block * WORDS + 1] = used + width;
  return block;
}

/** Whether a chain of single words has `word`. */
export function includes(pool: BlockPool, head: number, word: number): boolean {
  const { words } = pool;
  for (let block = head; block !== 0; block = words[block * WORDS] as number) {
    const from = block * WORDS + 2;
    const end = from + (words[block * WORDS + 1] as number);
    for (let at = from; at < end; at += 1) if (words[at] === word) return true;
  }
  return false;
}

/** Calls `visit` for each word of a chain. */
export function forEachWord(pool: BlockPool, head: number, visit: (word: number) => void): void {
  const { words } = pool;
  for (let block = head; block !== 0; block = words[block * WORDS] as number) {
    const from = block * WORDS + 2;
    const end = from + (words[block * WORDS + 1] as number);
    for (let at = from; at < end; at += 1) visit(words[at] as number);
  }
}

/**
 * Keeps the pairs for which `keep` says so, packed, and gives back the blocks that are left over.
 *
 * @returns how many pairs there are now; the head stays the same unless there are none
 */
export function compactPairs(
  pool: BlockPool,
  head: number,
  keep: (first: number, second: number) => boolean,
): number {
  const { words } = pool;
  let kept = 0;
  let target = head;
  let used = 0;
  for (let block = head; block !== 0; block = words[block * WORDS] as number) {
    const from = block * WORDS + 2;
    const end = from + (words[block * WORDS + 1] as number);
    for (let at = from; at < end; at += 2) {
      const [first, second] = [words[at] as number, words[at + 1] as number];
      if (!keep(first, second)) continue;
      if (used + 2 > ROOM) {
        words[target * WORDS + 1] = used;
        target = words[target * WORDS] as number;
        used = 0;
      }
      words[target * WORDS + 2 + used] = first;
      words[target * WORDS + 3 + used] = second;
      used += 2;
      kept += 1;
    }
  }
  if (head === 0) return 0;
  pool.giveChain(words[target * WORDS] as number);
  words[target * WORDS] = 0;
  words[target * WORDS + 1] = used;
  return kept;
}
