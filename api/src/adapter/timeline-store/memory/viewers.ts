/** Viewers who have read lately: whom they follow, and the newest tweets of their home timelines. */
import type { BlockPool } from './blocks.ts';
import { forEachWord, includes, push } from './chains.ts';
import { EntryLists } from './entries.ts';
import { IdMap, SlotNumbers } from './id-map.ts';

/** Bytes that a viewer takes besides his blocks: his place in each array and in the index. */
export const VIEWER_BYTES = 80;

/** Marks a source that is looked up. */
const LOOKUP = 0x8000_0000;

export class Viewers {
  /** The rings: what stands on each viewer's home timeline, but for sources that are big. */
  readonly entries: EntryLists;
  readonly #pool: BlockPool;
  readonly #index: IdMap;
  readonly #slots: SlotNumbers;
  /** 0 where nobody is. */
  readonly #userIds: Float64Array;
  /** Chains of his sources; those that he looks up, since they are big, bear a mark. */
  readonly #sources: Uint32Array;
  /** How many bear it. */
  readonly #lookups: Uint16Array;
  /** 1 when used since the clock hand came by. */
  readonly #used: Uint8Array;
  #hand = 0;

  constructor(pool: BlockPool, limit: number) {
    this.#pool = pool;
    this.entries = new EntryLists(pool, limit);
    this.#index = new IdMap(limit);
    this.#slots = new SlotNumbers(limit);
    this.#userIds = new Float64Array(limit);
    this.#sources = new Uint32Array(limit);
    this.#lookups = new Uint16Array(limit);
    this.#used = new Uint8Array(limit);
  }

  get free(): number {
    return this.#slots.free;
  }

  /** Slots in use lie below this one. */
  get end(): number {
    return this.#slots.end;
  }

  /** The viewer's slot, or -1 when he is not warm. Counts as a use. */
  find(userId: number): number {
    const slot = this.#index.get(userId);
    if (slot >= 0) this.#used[slot] = 1;
    return slot;
  }

  /** Makes a viewer warm who is not; -1 when there is no room. */
  open(userId: number, most: number): number {
    const slot = this.#slots.take();
    if (slot < 0) return -1;
    this.#index.add(userId, slot);
    this.#userIds[slot] = userId;
    this.#used[slot] = 1;
    this.entries.setMost(slot, most);
    return slot;
  }

  /** Goes up when a slot changes hands, so that what was meant for its last owner is known. */
  generation(slot: number): number {
    return this.entries.tag(slot);
  }

  isOf(slot: number, generation: number): boolean {
    return this.entries.tag(slot) === generation;
  }

  /**
   * Adds a source, of which the viewer is told, or which he looks up when he reads.
   *
   * @returns false when there was no memory
   */
  addSource(slot: number, source: number, isLookup: boolean): boolean {
    const word = isLookup ? (source | LOOKUP) >>> 0 : source;
    const head = push(this.#pool, this.#sources[slot] as number, word);
    if (head === 0) return false;
    this.#sources[slot] = head;
    if (isLookup) this.#lookups[slot] = (this.#lookups[slot] as number) + 1;
    return true;
  }

  /** Whether the viewer is told of what happens to the source. */
  isToldOf(slot: number, source: number): boolean {
    return includes(this.#pool, this.#sources[slot] as number, source);
  }

  hasLookups(slot: number): boolean {
    return this.#lookups[slot] !== 0;
  }

  forEachSource(slot: number, visit: (source: number, isLookup: boolean) => void): void {
    forEachWord(this.#pool, this.#sources[slot] as number, (word) =>
      visit(word & ~LOOKUP, word >= LOOKUP),
    );
  }

  /** Forgets the viewer; `leave` is told each source he had. */
  drop(slot: number, leave: (source: number) => void): void {
    this.forEachSource(slot, leave);
    this.#pool.giveChain(this.#sources[slot] as number);
    this.#sources[slot] = 0;
    this.#lookups[slot] = 0;
    this.entries.clear(slot);
    this.#index.remove(this.#userIds[slot] as number);
    this.#userIds[slot] = 0;
    this.entries.setTag(slot, this.generation(slot) + 1);
    this.#slots.give(slot);
  }

  /** Moves the clock hand on. @returns a viewer to let go: warm, and not used since last time; or -1 */
  nextUnused(): number {
    if (this.#slots.end === 0) return -1;
    this.#hand = (this.#hand + 1) % this.#slots.end;
    const slot = this.#hand;
    if (this.#userIds[slot] === 0) return -1;
    if (this.#used[slot] === 0) return slot;
    this.#used[slot] = 0;
    return -1;
  }
}
