import { type BlockPool, NUMBERS, WORDS } from './blocks.ts';
import { countOf, flagsAt } from './entries.ts';

/** Takes an entry, newest first; false ends the merge. */
export type Visit = (id: number, flags: number) => boolean;

/**
 * Merges lists of entries, newest first: a k-way merge over a binary heap (Knuth, The Art of
 * Computer Programming 3, section 5.4.1). An entry that stands in several lists is visited once.
 */
export class Merger {
  readonly #pool: BlockPool;
  /** The heap, a place each: the id to take next, and where it stands. */
  #ids = new Float64Array(64);
  #blocks = new Uint32Array(64);
  #ats = new Uint8Array(64);
  #size = 0;

  constructor(pool: BlockPool) {
    this.#pool = pool;
  }

  /** @param heads the first block of each list; 0 for an empty one */
  merge(heads: readonly number[], visit: Visit): void {
    this.#start(heads);
    const { words } = this.#pool;
    let last = -1;
    while (this.#size > 0) {
      const id = this.#ids[0] as number;
      const flags = flagsAt(words, this.#blocks[0] as number, this.#ats[0] as number);
      if (id !== last && !visit(id, flags)) return;
      last = id;
      this.#advance();
    }
  }

  #start(heads: readonly number[]): void {
    if (heads.length > this.#ids.length) this.#grow(heads.length);
    this.#size = 0;
    const { words, numbers } = this.#pool;
    for (const head of heads) {
      if (head === 0) continue;
      const at = countOf(words, head) - 1;
      this.#place(this.#size, numbers[head * NUMBERS + 1 + at] as number, head, at);
      this.#size += 1;
    }
    for (let parent = (this.#size >> 1) - 1; parent >= 0; parent -= 1) this.#sink(parent);
  }

  /** Goes on in the list of the largest id. */
  #advance(): void {
    const { words, numbers } = this.#pool;
    let block = this.#blocks[0] as number;
    let at = (this.#ats[0] as number) - 1;
    if (at < 0) {
      block = words[block * WORDS] as number;
      at = block === 0 ? -1 : countOf(words, block) - 1;
    }
    if (at < 0) {
      this.#size -= 1;
      const last = this.#size;
      this.#place(
        0,
        this.#ids[last] as number,
        this.#blocks[last] as number,
        this.#ats[last] as number,
      );
    } else this.#place(0, numbers[block * NUMBERS + 1 + at] as number, block, at);
    this.#sink(0);
  }

  #sink(from: number): void {
    const ids = this.#ids;
    const [id, block, at] = [ids[from], this.#blocks[from], this.#ats[from]] as [
      number,
      number,
      number,
    ];
    let place = from;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= this.#size) break;
      if (child + 1 < this.#size && (ids[child + 1] as number) > (ids[child] as number)) child += 1;
      if ((ids[child] as number) <= id) break;
      this.#place(
        place,
        ids[child] as number,
        this.#blocks[child] as number,
        this.#ats[child] as number,
      );
      place = child;
    }
    this.#place(place, id, block, at);
  }

  #place(place: number, id: number, block: number, at: number): void {
    this.#ids[place] = id;
    this.#blocks[place] = block;
    this.#ats[place] = at;
  }

  #grow(size: number): void {
    const places = 2 ** Math.ceil(Math.log2(size));
    this.#ids = new Float64Array(places);
    this.#blocks = new Uint32Array(places);
    this.#ats = new Uint8Array(places);
  }
}
