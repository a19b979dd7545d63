/** What timelines are made of: lists of tweets that somebody may follow, and who follows them now. */
import type { BlockPool } from './blocks.ts';
import { compactPairs, push } from './chains.ts';
import { EntryLists, MOST_ENTRIES } from './entries.ts';
import { IdMap, SlotNumbers } from './id-map.ts';

/** The kinds of sources: what somebody writes; what he writes and repeats; what bears a hashtag. */
export const SOURCE_KIND = { author: 0, everything: 1, hashtag: 2 } as const;
export type SourceKind = keyof typeof SOURCE_KIND;

/** One number for a source of any kind; `id` is a user's or a hashtag's, below 2^51. */
export const sourceKey = (kind: SourceKind, id: number): number => id * 4 + SOURCE_KIND[kind];

const KINDS: readonly SourceKind[] = ['author', 'everything', 'hashtag'];

/** The source that a key stands for. */
export const sourceOf = (key: number): { readonly kind: SourceKind; readonly id: number } => ({
  kind: KINDS[key % 4] as SourceKind,
  id: Math.floor(key / 4),
});

/** Bytes that a source takes besides its blocks: its place in each array and in the index. */
export const SOURCE_BYTES = 89;

/** Its entries are there. */
const LOADED = 1;
/** Its audience has been so large that readers look here instead of being told. */
const BIG = 2;
/** Used since the clock hand came by. */
const USED = 4;
/** Its tweets are not to be seen: it counts as empty, whatever comes. */
const HIDDEN = 8;

export class Sources {
  readonly entries: EntryLists;
  readonly #pool: BlockPool;
  readonly #index: IdMap;
  readonly #slots: SlotNumbers;
  readonly #keys: Float64Array;
  readonly #state: Uint8Array;
  /** Chains of (viewer, generation). Those whose generation has passed are skipped and cleared out. */
  readonly #audiences: Uint32Array;
  /** Pairs in the chain. */
  readonly #listed: Uint32Array;
  /** Goes up when a chain is given back, so that whoever was walking it knows. */
  readonly #editions: Uint32Array;
  /** Warm viewers who have the source, told or not. */
  readonly #followers: Uint32Array;
  #hand = 0;

  constructor(pool: BlockPool, limit: number) {
    this.#pool = pool;
    this.entries = new EntryLists(pool, limit);
    this.#index = new IdMap(limit);
    this.#slots = new SlotNumbers(limit);
    this.#keys = new Float64Array(limit);
    this.#state = new Uint8Array(limit);
    this.#audiences = new Uint32Array(limit);
    this.#listed = new Uint32Array(limit);
    this.#editions = new Uint32Array(limit);
    this.#followers = new Uint32Array(limit);
  }

  /** How many more there can be. */
  get free(): number {
    return this.#slots.free;
  }

  /** Slots in use lie below this one. */
  get end(): number {
    return this.#slots.end;
  }

  /** The source's slot, or -1. */
  find(key: number): number {
    return this.#index.get(key);
  }

  /** The slot of a source whose entries are there, or -1. Counts as a use. */
  findLoaded(key: number): number {
    const slot = this.#index.get(key);
    if (slot < 0 || !this.isLoaded(slot)) return -1;
    this.#state[slot] = (this.#state[slot] as number) | USED;
    return slot;
  }

  /** The source's slot, made if need be; -1 when there is no room. */
  open(key: number): number {
    const known = this.#index.get(key);
    if (known >= 0) return known;
    const slot = this.#slots.take();
    if (slot < 0) return -1;
    this.#index.add(key, slot);
    this.#keys[slot] = key;
    this.#state[slot] = USED;
    this.entries.setMost(slot, MOST_ENTRIES);
    return slot;
  }

  isLoaded(slot: number): boolean {
    return ((this.#state[slot] as number) & LOADED) !== 0;
  }

  setLoaded(slot: number, isHidden: boolean): void {
    const kept = (this.#state[slot] as number) & ~HIDDEN;
    this.#state[slot] = kept | LOADED | USED | (isHidden ? HIDDEN : 0);
  }

  isHidden(slot: number): boolean {
    return ((this.#state[slot] as number) & HIDDEN) !== 0;
  }

  /** Forgets the entries, not who follows. */
  unload(slot: number): void {
    this.entries.clear(slot);
    this.#state[slot] = (this.#state[slot] as number) & ~(LOADED | HIDDEN);
  }

  isBig(slot: number): boolean {
    return ((this.#state[slot] as number) & BIG) !== 0;
  }

  /** From now on readers look here instead of being told. */
  setBig(slot: number): void {
    this.#state[slot] = (this.#state[slot] as number) | BIG;
  }

  /** The chain of those to tell, as (viewer, generation). */
  audience(slot: number): number {
    return this.#audiences[slot] as number;
  }

  /** Another number whenever {@link audience} has become another chain. */
  edition(slot: number): number {
    return this.#editions[slot] as number;
  }

  /** How many warm viewers have the source. */
  followers(slot: number): number {
    return this.#followers[slot] as number;
  }

  /** Notes a viewer. @returns false when there was no memory */
  join(slot: number, viewer: number, generation: number): boolean {
    this.#followers[slot] = this.followers(slot) + 1;
    if (this.isBig(slot)) return true;
    const head = push(this.#pool, this.audience(slot), viewer, generation);
    if (head === 0) return false;
    this.#audiences[slot] = head;
    this.#listed[slot] = (this.#listed[slot] as number) + 1;
    return true;
  }

  /** A viewer is warm no more; his pair is cleared out later, all at once with the last. */
  leave(slot: number): void {
    const left = this.followers(slot) - 1;
    this.#followers[slot] = left;
    if (left === 0) this.#forgetAudience(slot);
  }

  /** Whether more than half of the audience is gone. */
  isStale(slot: number): boolean {
    const listed = this.#listed[slot] as number;
    return listed > 14 && listed > 2 * this.followers(slot);
  }

  clearOut(slot: number, isWarm: (viewer: number, generation: number) => boolean): void {
    this.#editions[slot] = this.edition(slot) + 1;
    this.#listed[slot] = compactPairs(this.#pool, this.audience(slot), isWarm);
  }

  /**
   * Lets one source go that nobody follows and nobody has used since the last time around.
   *
   * @returns the source that went, or -1 when the hand only moved on
   */
  evictOne(): number {
    if (this.#slots.end === 0) return -1;
    this.#hand = (this.#hand + 1) % this.#slots.end;
    const slot = this.#hand;
    const state = this.#state[slot] as number;
    if (this.followers(slot) > 0 || this.#index.get(this.#keys[slot] as number) !== slot) return -1;
    if ((state & USED) !== 0) {
      this.#state[slot] = state & ~USED;
      return -1;
    }
    this.entries.clear(slot);
    this.#forgetAudience(slot);
    this.#index.remove(this.#keys[slot] as number);
    this.#state[slot] = 0;
    this.#slots.give(slot);
    return slot;
  }

  #forgetAudience(slot: number): void {
    this.#pool.giveChain(this.audience(slot));
    this.#audiences[slot] = 0;
    this.#listed[slot] = 0;
    this.#editions[slot] = this.edition(slot) + 1;
  }
}
