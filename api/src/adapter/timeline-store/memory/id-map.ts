/**
 * A map from ids to slots in typed arrays: open addressing with linear probing, and removal that
 * moves later entries back (Knuth, The Art of Computer Programming 3, section 6.4, algorithm R), so
 * it needs no marks and never degrades. It has its full size from the start, so it never stalls to
 * grow; pages that were never touched take no memory.
 */
export class IdMap {
  readonly #keys: Float64Array;
  /** Slot + 1; 0 where the place is empty. */
  readonly #slots: Uint32Array;
  readonly #mask: number;

  /** @param most how many ids it must hold */
  constructor(most: number) {
    // At most half full: a search then looks at one or two places.
    const places = 2 ** Math.ceil(Math.log2(Math.max(8, most * 2)));
    this.#keys = new Float64Array(places);
    this.#slots = new Uint32Array(places);
    this.#mask = places - 1;
  }

  /** The slot of `id`, or -1. `id` is an integer from 0 to 2^53. */
  get(id: number): number {
    for (let at = this.#home(id); ; at = (at + 1) & this.#mask) {
      const slot = this.#slots[at] as number;
      if (slot === 0 || this.#keys[at] === id) return slot - 1;
    }
  }

  /** Adds an id that is not in the map yet. */
  add(id: number, slot: number): void {
    let at = this.#home(id);
    while (this.#slots[at] !== 0) at = (at + 1) & this.#mask;
    this.#keys[at] = id;
    this.#slots[at] = slot + 1;
  }

  /** Takes an id out that is in the map. */
  remove(id: number): void {
    let gap = this.#home(id);
    while (this.#keys[gap] !== id || this.#slots[gap] === 0) gap = (gap + 1) & this.#mask;
    for (let at = (gap + 1) & this.#mask; this.#slots[at] !== 0; at = (at + 1) & this.#mask) {
      const distance = (at - this.#home(this.#keys[at] as number)) & this.#mask;
      if (distance < ((at - gap) & this.#mask)) continue;
      this.#keys[gap] = this.#keys[at] as number;
      this.#slots[gap] = this.#slots[at] as number;
      gap = at;
    }
    this.#slots[gap] = 0;
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
