/**
 * The timelines themselves, as far as they are in memory: no SQL, nothing to wait for. Whoever asks
 * gets an exact answer, or none.
 */
import { BLOCK_BYTES, BlockPool } from './blocks.ts';
import { MOST_ENTRIES, PER_BLOCK, VISIBILITY_BITS } from './entries.ts';
import { type Change, FanOut, type FanOutOptions } from './fan-out.ts';
import { Merger } from './merge.ts';
import { SOURCE_BYTES, Sources } from './sources.ts';
import { VIEWER_BYTES, Viewers } from './viewers.ts';

export interface EngineOptions {
  /** The memory for everything here. */
  readonly bytes: number;
  /** Sources with more warm followers are not told to each of them, but looked up by readers. */
  readonly pushLimit?: number;
  /** How large audiences are told. */
  readonly fanOut?: Partial<FanOutOptions>;
}

/** Which part of a timeline is wanted; see `TimelinePage`. */
interface Page {
  readonly before: number | undefined;
  readonly limit: number;
  readonly widest: number;
}

/** Which entries are wanted, of any visibility. */
interface Part {
  /** They stand next to this id: above it, the smallest first, or below it, the largest first. */
  readonly from: number;
  readonly isUpward: boolean;
  readonly limit: number;
}

interface KnownPart {
  readonly ids: readonly number[];
  /** The `from` of the next part; undefined at the end. */
  readonly next: number | undefined;
}

/** What became of an attempt to make a viewer warm. */
export type Warming =
  | { readonly kind: 'warm' }
  /** These sources must be loaded first, with so many entries at least. */
  | { readonly kind: 'missing'; readonly keys: readonly number[]; readonly entries: number }
  /** There is no room for so many sources. */
  | { readonly kind: 'too large' };

/** Newest first. */
export interface SourceEntries {
  readonly ids: readonly number[];
  readonly flags: readonly number[];
  /** Everything from this id up is there; 0 when nothing is left out. */
  readonly floor: number;
}

const NOTHING: SourceEntries = { ids: [], flags: [], floor: 0 };
/** Telling so many takes a sixth of a second of one core, in slices. */
const PUSH_LIMIT = 1_000_000;
/** Entries of a source that are loaded at first: most pages need no more of any one. */
const FIRST_ENTRIES = PER_BLOCK;
/** Of all memory, what one viewer may take. */
const VIEWER_SHARE = 1 / 4;
/** Bytes per viewer and per source that decide how many of each there may be. */
const BYTES_PER_VIEWER = 640;
const BYTES_PER_SOURCE = 200;

export class Engine {
  readonly #pool: BlockPool;
  readonly #sources: Sources;
  readonly #viewers: Viewers;
  readonly #merger: Merger;
  readonly #fanOut: FanOut;
  readonly #pushLimit: number;
  readonly #scratch = { ids: new Float64Array(MOST_ENTRIES), flags: new Uint8Array(MOST_ENTRIES) };

  constructor({ bytes, pushLimit = PUSH_LIMIT, fanOut = {} }: EngineOptions) {
    const most = {
      viewers: slotsWithin(bytes, BYTES_PER_VIEWER),
      sources: slotsWithin(bytes, BYTES_PER_SOURCE),
    };
    const tables = most.viewers * VIEWER_BYTES + most.sources * SOURCE_BYTES;
    this.#pool = new BlockPool(Math.max(16, Math.floor((bytes - tables) / BLOCK_BYTES)));
    this.#sources = new Sources(this.#pool, most.sources);
    this.#viewers = new Viewers(this.#pool, most.viewers);
    this.#merger = new Merger(this.#pool);
    this.#pushLimit = pushLimit;
    this.#fanOut = new FanOut({
      pool: this.#pool,
      sources: this.#sources,
      viewers: this.#viewers,
      deliver: (viewer, change) => this.#deliver(viewer, change),
      makeRoom: (blocks) => this.#makeRoom({ blocks }),
      ...fanOut,
    });
  }

  /** Whether some audience is still being told of something. */
  get isTelling(): boolean {
    return this.#fanOut.isBusy;
  }

  /** How much of the budget is in use, in bytes. */
  get usedBytes(): number {
    return (this.#pool.size - this.#pool.free) * BLOCK_BYTES;
  }

  /** The ids of a page, newest first; undefined when memory does not reach so far. */
  page(userId: number, { before = Infinity, limit, widest }: Page): number[] | undefined {
    const viewer = this.#warm(userId);
    if (viewer < 0) return undefined;
    const { entries } = this.#viewers;
    if (!this.#viewers.hasLookups(viewer)) {
      const ids = entries.page(viewer, before, limit, widest);
      return ids.length === limit || entries.floor(viewer) === 0 ? ids : undefined;
    }
    const { heads, floor } = this.#listsOf(viewer);
    if (floor === Infinity) return undefined;
    const ids: number[] = [];
    this.#merger.merge(heads, (id, flags) => {
      if (id < floor) return false;
      if (id < before && (flags & VISIBILITY_BITS) <= widest) ids.push(id);
      return ids.length < limit;
    });
    return ids.length === limit || floor === 0 ? ids : undefined;
  }

  /** The entries next to an id; undefined when memory does not reach there. */
  part(userId: number, { from, isUpward, limit }: Part): KnownPart | undefined {
    const viewer = this.#warm(userId);
    if (viewer < 0) return undefined;
    if (!isUpward && !this.#viewers.hasLookups(viewer)) {
      const { entries } = this.#viewers;
      const floor = entries.floor(viewer);
      return from <= floor ? undefined : partAbove(floor, entries.page(viewer, from, limit), limit);
    }
    const { heads, floor } = this.#listsOf(viewer);
    if (isUpward ? from + 1 < floor : from <= floor) return undefined;
    const ids: number[] = [];
    this.#merger.merge(heads, (id) => {
      if (id < floor || (isUpward && id <= from)) return false;
      if (isUpward || id < from) ids.push(id);
      return isUpward || ids.length < limit;
    });
    if (isUpward) {
      const upward = ids.toReversed();
      return { ids: upward.slice(0, limit), next: upward[limit - 1] };
    }
    return partAbove(floor, ids, limit);
  }

  /** How many entries the viewer's timeline is kept with; 0 when he is not warm. */
  entriesOf(userId: number): number {
    const viewer = this.#viewers.find(userId);
    return viewer < 0 ? 0 : this.#viewers.entries.most(viewer);
  }

  /** Makes a timeline of `most` entries out of sources that are in memory. */
  warm(userId: number, keys: readonly number[], most: number): Warming {
    this.dropViewer(userId);
    const blocks = Math.ceil(keys.length / 14) + Math.ceil(most / PER_BLOCK) + keys.length + 2;
    if (blocks > this.#pool.size * VIEWER_SHARE) return { kind: 'too large' };
    if (!this.#makeRoom({ blocks, viewers: 1 })) return { kind: 'too large' };
    const slots = keys.map((key) => this.#sources.findLoaded(key));
    const missing = keys.filter((_, i) => (slots[i] as number) < 0);
    if (missing.length > 0) return { kind: 'missing', keys: missing, entries: FIRST_ENTRIES };

    const { count, floor, shallow } = this.#mergeNewest(slots, most);
    const lengthOf = (slot: number) => this.#sources.entries.length(slot);
    if (shallow.length > 0) {
      const deeper = Math.max(
        FIRST_ENTRIES,
        4 * Math.max(...shallow.map((slot) => lengthOf(slot))),
      );
      if (deeper < 4 * MOST_ENTRIES) {
        const toDeepen = new Set(shallow);
        const keysToDeepen = keys.filter((_, i) => toDeepen.has(slots[i] as number));
        return { kind: 'missing', keys: keysToDeepen, entries: Math.min(MOST_ENTRIES, deeper) };
      }
    }
    return this.#settle(userId, slots, most, { count, floor })
      ? { kind: 'warm' }
      : { kind: 'too large' };
  }

  /** Whether the source is in memory with as many entries as asked for, or all there are. */
  hasSource(key: number, entries: number): boolean {
    const slot = this.#sources.findLoaded(key);
    if (slot < 0) return false;
    return this.#sources.entries.floor(slot) === 0 || this.#sources.entries.length(slot) >= entries;
  }

  /**
   * Puts a source into memory, with its tweets or as one whose tweets are not to be seen.
   *
   * @returns false when there is no room
   */
  load(key: number, entries: SourceEntries | 'hidden'): boolean {
    const { ids, flags, floor } = entries === 'hidden' ? NOTHING : entries;
    if (!this.#makeRoom({ blocks: Math.ceil(ids.length / PER_BLOCK), sources: 1 })) return false;
    const slot = this.#sources.open(key);
    if (slot < 0 || !this.#sources.entries.fill(slot, { ids, flags }, ids.length, floor))
      return false;
    this.#sources.setLoaded(slot, entries === 'hidden');
    return true;
  }

  /** A tweet has come to a source. */
  added(key: number, id: number, flags: number): void {
    this.#changed(key, { kind: 'added', id, flags });
  }

  /** A tweet has gone from a source. */
  removed(key: number, id: number): void {
    this.#changed(key, { kind: 'removed', id });
  }

  /** What is known of a source may be wrong: it is forgotten, and what was made of it. */
  dropSource(key: number): void {
    this.#changed(key, { kind: 'dropped' });
  }

  /** What is known of a viewer may be wrong: it is forgotten. */
  dropViewer(userId: number): void {
    const viewer = this.#viewers.find(userId);
    if (viewer >= 0) this.#drop(viewer);
  }

  /** The viewer's slot, with everything that was on its way to him; or -1. */
  #warm(userId: number): number {
    const viewer = this.#viewers.find(userId);
    if (viewer < 0) return -1;
    const generation = this.#viewers.generation(viewer);
    this.#fanOut.catchUp(viewer);
    return this.#viewers.isOf(viewer, generation) ? viewer : -1;
  }

  /** Where the parts of a viewer's timeline stand, and how far down it is known; Infinity: not at all. */
  #listsOf(viewer: number): { heads: number[]; floor: number } {
    const heads = [this.#viewers.entries.head(viewer)];
    let floor = this.#viewers.entries.floor(viewer);
    this.#viewers.forEachSource(viewer, (source, isLookup) => {
      if (!isLookup) return;
      heads.push(this.#sources.entries.head(source));
      const known = this.#sources.isLoaded(source) ? this.#sources.entries.floor(source) : Infinity;
      floor = Math.max(floor, known);
    });
    return { heads, floor };
  }

  /** Merges the newest entries of all sources but the big ones into the scratch. */
  #mergeNewest(slots: readonly number[], most: number) {
    const { entries } = this.#sources;
    const { ids, flags } = this.#scratch;
    const small = slots.filter((slot) => !this.#sources.isBig(slot));
    const known = Math.max(0, ...small.map((slot) => entries.floor(slot)));
    let count = 0;
    let isMore = false;
    this.#merger.merge(
      small.map((slot) => entries.head(slot)),
      (id, entryFlags) => {
        isMore = count === most;
        if (isMore || id < known) return false;
        ids[count] = id;
        flags[count] = entryFlags;
        count += 1;
        return true;
      },
    );
    if (count === most) {
      return { count, floor: isMore || known > 0 ? (ids[most - 1] as number) : 0, shallow: [] };
    }
    const shallow = known === 0 ? [] : small.filter((slot) => entries.floor(slot) === known);
    return { count, floor: known, shallow };
  }

  /** Makes the viewer warm with what is in the scratch. */
  #settle(
    userId: number,
    slots: readonly number[],
    most: number,
    { count, floor }: { count: number; floor: number },
  ): boolean {
    const viewer = this.#viewers.open(userId, most);
    if (viewer < 0) return false;
    const generation = this.#viewers.generation(viewer);
    let done = this.#viewers.entries.fill(viewer, this.#scratch, count, floor);
    for (const source of slots) {
      done &&= this.#viewers.addSource(viewer, source, this.#sources.isBig(source));
      if (!done) break;
      done = this.#sources.join(source, viewer, generation);
    }
    if (!done) this.#drop(viewer);
    else for (const source of slots) this.#tend(source);
    return done;
  }

  /** Clears out an audience with many gone; makes a source big whose audience has become so. */
  #tend(source: number): void {
    const sources = this.#sources;
    if (sources.followers(source) > this.#pushLimit && !sources.isBig(source)) {
      sources.setBig(source);
      this.#fanOut.tell(source, { kind: 'dropped' });
    } else if (sources.isStale(source) && !this.#fanOut.isTelling(source)) {
      sources.clearOut(source, (viewer, generation) => this.#viewers.isOf(viewer, generation));
    }
  }

  #changed(key: number, change: Change): void {
    const source = this.#sources.find(key);
    if (source < 0) return;
    this.#makeRoom({ blocks: 2 });
    // Making room may have taken it.
    if (this.#sources.find(key) !== source) return;
    let told = change;
    if (this.#sources.isHidden(source) && change.kind !== 'dropped') return;
    if (change.kind === 'dropped') this.#sources.unload(source);
    else if (this.#sources.isLoaded(source) && !this.#apply(source, change)) {
      this.#sources.unload(source);
      told = { kind: 'dropped' };
    }
    if (!this.#sources.isBig(source)) this.#fanOut.tell(source, told);
  }

  /** @returns false when there was no memory */
  #apply(source: number, change: Change): boolean {
    const { entries } = this.#sources;
    if (change.kind === 'added') return entries.insert(source, change.id, change.flags);
    if (change.kind === 'removed') entries.remove(source, change.id);
    return true;
  }

  #deliver(viewer: number, change: Change): void {
    const { entries } = this.#viewers;
    if (change.kind === 'removed') entries.remove(viewer, change.id);
    else if (change.kind === 'dropped' || !entries.insert(viewer, change.id, change.flags)) {
      this.#drop(viewer);
    }
  }

  #drop(viewer: number): void {
    this.#viewers.drop(viewer, (source) => this.#sources.leave(source));
  }

  /**
   * Lets go of what was not used for longest, until there is room: the clock algorithm (Corbató, A
   * Paging Experiment with the Multics System, 1969).
   *
   * @returns false when there is none, whoever goes
   */
  #makeRoom({ blocks = 0, viewers = 0, sources = 0 }): boolean {
    let patience = 0;
    const hasRoom = () =>
      this.#pool.free >= blocks && this.#viewers.free >= viewers && this.#sources.free >= sources;
    while (!hasRoom()) {
      // Twice around: once to see who is used, once to let go.
      if (patience > 2 * (this.#viewers.end + this.#sources.end) + 2) return false;
      const viewer = this.#viewers.nextUnused();
      if (viewer >= 0) this.#drop(viewer);
      const source = this.#sources.evictOne();
      patience = viewer >= 0 || source >= 0 ? 0 : patience + 1;
    }
    return true;
  }
}

/** A part that goes down, `floor` at most: below it others may stand; at 0 there is nothing. */
function partAbove(floor: number, ids: readonly number[], limit: number): KnownPart {
  return { ids, next: ids.length === limit ? ids.at(-1) : floor || undefined };
}

/** How many slots of a kind fit: a power of two, so that the index is exactly half full at most. */
function slotsWithin(bytes: number, bytesPerSlot: number): number {
  return 2 ** Math.floor(Math.log2(Math.max(64, bytes / bytesPerSlot)));
}
