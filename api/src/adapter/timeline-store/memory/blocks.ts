/**
 * Memory in blocks of one size: 64 bytes, a cache line. All lists of the timeline engine are chains
 * of such blocks, so nothing is ever copied to grow, no gap is too small to be used again, and the
 * budget is a number of blocks.
 */

export const BLOCK_BYTES = 64;
/** 32-bit words in a block. The first is always the next block of the chain, 0 at the end. */
export const WORDS = 16;
/** 64-bit numbers in a block; they share its memory with the words. */
export const NUMBERS = 8;

export class BlockPool {
  /** All blocks as words: block `b` begins at `b * WORDS`. */
  readonly words: Uint32Array;
  /** The same memory as numbers: block `b` begins at `b * NUMBERS`. */
  readonly numbers: Float64Array;
  /** How many blocks there are. */
  readonly size: number;
  #used = 0;
  /** Blocks given back, as a chain. */
  #returned = 0;
  /** The first block that was never used: memory not used yet costs nothing. */
  #fresh = 1;

  /** @param size blocks; block 0 is none of them, it stands for "none" */
  constructor(size: number) {
    const memory = new ArrayBuffer((size + 1) * BLOCK_BYTES);
    this.words = new Uint32Array(memory);
    this.numbers = new Float64Array(memory);
    this.size = size;
  }

  /** How many blocks may still be taken. */
  get free(): number {
    return this.size - this.#used;
  }

  /** A block whose first two words are 0, or 0 when there is none left. */
  take(): number {
    let block = this.#returned;
    if (block !== 0) this.#returned = this.words[block * WORDS] as number;
    else if (this.#fresh <= this.size) block = this.#fresh++;
    else return 0;
    this.#used += 1;
    this.words[block * WORDS] = 0;
    this.words[block * WORDS + 1] = 0;
    return block;
  }

  give(block: number): void {
    this.words[block * WORDS] = this.#returned;
    this.#returned = block;
    this.#used -= 1;
  }

  /** Gives back `block` and all that follow it. */
  giveChain(block: number): void {
    while (block !== 0) {
      const next = this.words[block * WORDS] as number;
      this.give(block);
      block = next;
    }
  }
}
