/**
 * Lists of tweets, newest first: a source's own, and the ring of a viewer's home timeline. An entry
 * is an id with four bits of flags; seven share a block with the link to the next. A list holds all
 * there is from its `floor` up, so a reader knows where it stops knowing.
 */
import { type BlockPool, NUMBERS, WORDS } from './blocks.ts';

/** Entries in a block. Its second word has the flags, four bits each, and their number on top. */
export const PER_BLOCK = 7;
const COUNT_SHIFT = 28;
const FLAG_BITS = 4;
const FLAGS_MASK = 0x0fff_ffff;

/** The most entries kept of one source or one timeline. */
export const MOST_ENTRIES = 18 * PER_BLOCK;

/** What an entry's flags say. */
export const VISIBILITY_BITS = 0b0011;

/**
 * Words of a list's own record: head, length, the floor as a number, the most entries, and a tag.
 * What a delivery looks at lies in one cache line.
 */
const RECORD_WORDS = 8;
const [LENGTH, MOST, TAG] = [1, 4, 5] as const;
const RECORD_NUMBERS = RECORD_WORDS / 2;

export class EntryLists {
  readonly #pool: BlockPool;
  readonly #records: Uint32Array;
  readonly #floors: Float64Array;

  /** @param slots how many lists there can be; all are empty and complete at first */
  constructor(pool: BlockPool, slots: number) {
    const memory = new ArrayBuffer(slots * RECORD_WORDS * 4);
    this.#pool = pool;
    this.#records = new Uint32Array(memory);
    this.#floors = new Float64Array(memory);
  }

  /** The block with the newest entries; 0 when the list is empty. */
  head(slot: number): number {
    return this.#records[slot * RECORD_WORDS] as number;
  }

  length(slot: number): number {
    return this.#records[slot * RECORD_WORDS + LENGTH] as number;
  }

  /** Reads what an insertion will look at, for nothing but to have it in the processor's cache. */
  touch(slot: number): number {
    return this.#pool.words[this.head(slot) * WORDS + 1] as number;
  }

  /** Sets how many entries the list may have. */
  setMost(slot: number, most: number): void {
    this.#records[slot * RECORD_WORDS + MOST] = most;
  }

  most(slot: number): number {
    return this.#records[slot * RECORD_WORDS + MOST] as number;
  }

  /** A number of the owner's. */
  tag(slot: number): number {
    return this.#records[slot * RECORD_WORDS + TAG] as number;
  }

  setTag(slot: number, tag: number): void {
    this.#records[slot * RECORD_WORDS + TAG] = tag;
  }

  /** Every entry there is with this id or a larger one is in the list; 0 when all are. */
  floor(slot: number): number {
    return this.#floors[slot * RECORD_NUMBERS + 1] as number;
  }

  /** The newest ids below `before`, `limit` at most, of entries for audiences up to `widest`. */
  page(slot: number, before: number, limit: number, widest = VISIBILITY_BITS): number[] {
    const { words, numbers } = this.#pool;
    const ids: number[] = [];
    for (let block = this.head(slot); block !== 0; block = words[block * WORDS] as number) {
      const header = words[block * WORDS + 1] as number;
      for (let at = (header >>> COUNT_SHIFT) - 1; at >= 0; at -= 1) {
        if (((header >>> (at * FLAG_BITS)) & VISIBILITY_BITS) > widest) continue;
        const id = numbers[block * NUMBERS + 1 + at] as number;
        if (id >= before) continue;
        ids.push(id);
        if (ids.length === limit) return ids;
      }
    }
    return ids;
  }

  /** Makes a list of `count` entries, given newest first, in place of what was there. */
  fill(slot: number, entries: Entries, count: number, floor: number): boolean {
    this.clear(slot);
    const { words, numbers } = this.#pool;
    let newer = 0;
    for (let from = 0; from < count; from += PER_BLOCK) {
      const block = this.#pool.take();
      if (block === 0) {
        this.clear(slot);
        return false;
      }
      const size = Math.min(PER_BLOCK, count - from);
      let flags = 0;
      for (let at = 0; at < size; at += 1) {
        const entry = from + size - 1 - at;
        numbers[block * NUMBERS + 1 + at] = entries.ids[entry] as number;
        flags |= (entries.flags[entry] as number) << (at * FLAG_BITS);
      }
      words[block * WORDS + 1] = (flags | (size << COUNT_SHIFT)) >>> 0;
      if (newer === 0) this.#records[slot * RECORD_WORDS] = block;
      else words[newer * WORDS] = block;
      newer = block;
    }
    this.#records[slot * RECORD_WORDS + LENGTH] = count;
    this.#floors[slot * RECORD_NUMBERS + 1] = floor;
    return true;
  }

  /** Empties the list; it then counts as complete. */
  clear(slot: number): void {
    this.#pool.giveChain(this.head(slot));
    this.#records[slot * RECORD_WORDS] = 0;
    this.#records[slot * RECORD_WORDS + LENGTH] = 0;
    this.#floors[slot * RECORD_NUMBERS + 1] = 0;
  }

  /**
   * Puts an entry in its place; one that is there, or lies below the floor, changes nothing. Beyond
   * the most entries the oldest block is let go.
   *
   * @returns false when there was no memory for it: the list is then not to be trusted
   */
  insert(slot: number, id: number, flags: number): boolean {
    if (id < this.floor(slot)) return true;
    const { words, numbers } = this.#pool;
    const head = this.head(slot);
    const count = head === 0 ? 0 : countOf(words, head);
    if (count === 0 || id > (numbers[head * NUMBERS + count] as number)) {
      if (count > 0 && count < PER_BLOCK) putAt(words, numbers, head, count, id, flags);
      else {
        const block = this.#pool.take();
        if (block === 0) return false;
        words[block * WORDS] = head;
        putAt(words, numbers, block, 0, id, flags);
        this.#records[slot * RECORD_WORDS] = block;
      }
    } else {
      const done = this.#insertBelow(head, id, flags);
      if (done !== 'added') return done === 'present';
    }
    const length = this.length(slot) + 1;
    this.#records[slot * RECORD_WORDS + LENGTH] = length;
    if (length > this.most(slot)) this.#dropOldestBlock(slot);
    return true;
  }

  /** Takes an entry out, if it is there. */
  remove(slot: number, id: number): void {
    const { words, numbers } = this.#pool;
    let newer = 0;
    for (let block = this.head(slot); block !== 0; block = words[block * WORDS] as number) {
      const count = countOf(words, block);
      if ((numbers[block * NUMBERS + 1] as number) > id) {
        newer = block;
        continue;
      }
      for (let at = 0; at < count; at += 1) {
        if (numbers[block * NUMBERS + 1 + at] !== id) continue;
        this.#records[slot * RECORD_WORDS + LENGTH] = this.length(slot) - 1;
        if (count > 1) closeGap(words, numbers, block, at);
        else this.#unlink(slot, newer, block);
        return;
      }
      return;
    }
  }

  /** Inserts below the newest entry of the chain that begins at `block`. */
  #insertBelow(block: number, id: number, flags: number): 'added' | 'present' | 'no memory' {
    const { words, numbers } = this.#pool;
    // The first block that reaches down to the id, or the last.
    for (;;) {
      const next = words[block * WORDS] as number;
      if (next === 0 || (numbers[block * NUMBERS + 1] as number) <= id) break;
      block = next;
    }
    const count = countOf(words, block);
    let at = count;
    while (at > 0 && (numbers[block * NUMBERS + at] as number) > id) at -= 1;
    if (at > 0 && numbers[block * NUMBERS + at] === id) return 'present';
    if (count < PER_BLOCK) {
      putAt(words, numbers, block, at, id, flags);
      return 'added';
    }
    const older = this.#split(block);
    if (older === 0) return 'no memory';
    const kept = countOf(words, older);
    if (at < kept) putAt(words, numbers, older, at, id, flags);
    else putAt(words, numbers, block, at - kept, id, flags);
    return 'added';
  }

  /** Moves the older half of a full block into a new one behind it. */
  #split(block: number): number {
    const { words, numbers } = this.#pool;
    const older = this.#pool.take();
    if (older === 0) return 0;
    const half = PER_BLOCK >> 1;
    const flags = (words[block * WORDS + 1] as number) & FLAGS_MASK;
    const [from, to] = [block * NUMBERS + 1, older * NUMBERS + 1];
    numbers.copyWithin(to, from, from + half);
    numbers.copyWithin(from, from + half, from + PER_BLOCK);
    const lowMask = 2 ** (half * FLAG_BITS) - 1;
    words[older * WORDS + 1] = ((flags & lowMask) | (half << COUNT_SHIFT)) >>> 0;
    words[block * WORDS + 1] =
      ((flags >>> (half * FLAG_BITS)) | ((PER_BLOCK - half) << COUNT_SHIFT)) >>> 0;
    words[older * WORDS] = words[block * WORDS] as number;
    words[block * WORDS] = older;
    return older;
  }

  /** Lets the oldest block go and raises the floor to what is left. */
  #dropOldestBlock(slot: number): void {
    const { words, numbers } = this.#pool;
    let newer = 0;
    let block = this.head(slot);
    for (;;) {
      const next = words[block * WORDS] as number;
      if (next === 0) break;
      newer = block;
      block = next;
    }
    if (newer === 0) return;
    this.#records[slot * RECORD_WORDS + LENGTH] = this.length(slot) - countOf(words, block);
    this.#floors[slot * RECORD_NUMBERS + 1] = numbers[newer * NUMBERS + 1] as number;
    this.#unlink(slot, newer, block);
  }

  #unlink(slot: number, newer: number, block: number): void {
    const { words } = this.#pool;
    const next = words[block * WORDS] as number;
    if (newer === 0) this.#records[slot * RECORD_WORDS] = next;
    else words[newer * WORDS] = next;
    this.#pool.give(block);
  }
}

/** Entries outside the pool, newest first. */
export interface Entries {
  readonly ids: ArrayLike<number>;
  readonly flags: ArrayLike<number>;
}

/** How many entries a block has. */
export function countOf(words: Uint32Array, block: number): number {
  return (words[block * WORDS + 1] as number) >>> COUNT_SHIFT;
}

/** The flags of entry `at` of a block; the oldest entry is 0. */
export function flagsAt(words: Uint32Array, block: number, at: number): number {
  return ((words[block * WORDS + 1] as number) >>> (at * FLAG_BITS)) & 0xf;
}

/** Puts an entry at `at` of a block that has room; newer ones move up. */
function putAt(
  words: Uint32Array,
  numbers: Float64Array,
  block: number,
  at: number,
  id: number,
  flags: number,
): void {
  const header = words[block * WORDS + 1] as number;
  const count = header >>> COUNT_SHIFT;
  const first = block * NUMBERS + 1;
  for (let i = count; i > at; i -= 1) numbers[first + i] = numbers[first + i - 1] as number;
  numbers[first + at] = id;
  const below = (1 << (at * FLAG_BITS)) - 1;
  const older = header & below;
  const newer = (header & FLAGS_MASK & ~below) << FLAG_BITS;
  words[block * WORDS + 1] =
    ((newer & FLAGS_MASK) | (flags << (at * FLAG_BITS)) | older | ((count + 1) << COUNT_SHIFT)) >>>
    0;
}

/** Takes entry `at` out of a block that has more; newer ones move down. */
function closeGap(words: Uint32Array, numbers: Float64Array, block: number, at: number): void {
  const header = words[block * WORDS + 1] as number;
  const count = header >>> COUNT_SHIFT;
  const first = block * NUMBERS + 1;
  numbers.copyWithin(first + at, first + at + 1, first + count);
  const below = (1 << (at * FLAG_BITS)) - 1;
  const newer = ((header & FLAGS_MASK) >>> FLAG_BITS) & ~below;
  words[block * WORDS + 1] = ((header & below) | newer | ((count - 1) << COUNT_SHIFT)) >>> 0;
}
