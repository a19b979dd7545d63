const PLACE_BYTES = 16;

/**
 * A map from ids to slots in typed arrays: open addressing with linear probing, and removal that
 * moves later entries back (Knuth, The Art of Computer Programming 3, section 6.4, algorithm R), so
 * it needs no marks and never degrades. It has its full size from the start, so it never stalls to
 * grow; pages that were never touched take no memory.
 */
export class IdMap {
  /** The ids; place `p` has its id at `2p`, and its slot beside it, in the same cache line. */
  readonly #keys: Float64Array;
  /** The same memory: place `p` has its slot + 1 at `4p + 2`; 0 where it is empty. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** @param most how many ids it must hold */
  constructor(most: number) {
    // At most half full: a search then looks at one or two places.
    const places = 2 ** Math.ceil(Math.log2(Math.max(8, most * 2)));
    const memory = new ArrayBuffer(places * PLACE_BYTES);
    this.#keys = new Float64Array(memory);
    this.#slots = new Uint32Array(memory);
    this.#mask = places - 1;
  }

  /** The slot of `id`, or -1. `id` is an integer from 0 to 2^53. */
  get(id: number): number {
    for (let at = this.#home(id); ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at * 4 + 2] as number;
      if (slot === 0 || this.#keys[at * 2] === id) return slot - 1;
    }
  }

  /** Adds an id that is not in the map yet. */
  add(id: number, slot: number): void {
    let at = this.#home(id);
    while (this.#slots[at * 4 + 2] !== 0) at = (at + 1) & this.#mask;
    this.#keys[at * 2] = id;
    this.#slots[at * 4 + 2] = slot + 1;
  }

  /** Takes an id out that is in the map. */
  remove(id: number): void {
    const [keys, slots, mask] = [this.#keys, this.#slots, this.#mask];
    let gap = this.#home(id);
    while (keys[gap * 2] !== id || slots[gap * 4 + 2] === 0) gap = (gap + 1) & mask;
    for (let at = (gap + 1) & mask; slots[at * 4 + 2] !== 0; at = (at + 1) & mask) {
      const distance = (at - this.#home(keys[at * 2] as number)) & mask;
      if (distance < ((at - gap) & mask)) continue;
      keys[gap * 2] = keys[at * 2] as number;
      slots[gap * 4 + 2] = slots[at * 4 + 2] as number;
      gap = at;
    }
    slots[gap * 4 + 2] = 0;
  }

  /** Where a search for `id` begins: its bits, mixed as in MurmurHash3's finaliser. */
  #home(id: number): number {
    let hash = (id >>> 0) ^ Math.imul((id / 0x1_0000_0000) >>> 0, 0x9e37_79b1);
    hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
    return (hash ^ (hash >>> 16)) & this.#mask;
  }
}

/** Numbers from 0 up to a limit, given out and taken back. */
export class SlotNumbers {
  readonly #limit: number;
  readonly #returned: number[] = [];
  #fresh = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Slots were given out below this number. */
  get end(): number {
    return this.#fresh;
  }

  get free(): number {
    return this.#limit - this.#fresh + this.#returned.length;
  }

  /** A free slot, or -1. */
  take(): number {
    return this.#returned.pop() ?? (this.#fresh < this.#limit ? this.#fresh++ : -1);
  }

  give(slot: number): void {
    this.#returned.push(slot);
  }
}
