/**
 * Bytes by id, within a fixed memory: a log in one buffer that wraps around. What is about to be
 * overwritten gets a second chance when it was used since it was written (FIFO with reinsertion, or
 * CLOCK; as good as LRU for skewed use: Yang et al., FIFO queues are all you need for cache
 * eviction, SOSP 2023).
 */
import type { BytesById } from '../../../service/ports.ts';
import { IdMap } from './id-map.ts';

/** A record begins with its id (8 bytes), its length (4) and its marks (4), at a multiple of 16. */
const HEADER = 16;
/** The longest that is kept: what is longer is rare and would push out much. */
const LONGEST = 16_384;
/** Records are longer than this on average, so the index suffices. */
const SHORTEST_MEAN = 112;

const UNUSED = 0;
const USED = 1;
/** Deleted, or the unused end of the buffer. */
const DEAD = 2;

export class ByteCache implements BytesById {
  readonly #bytes: Uint8Array;
  readonly #ids: Float64Array;
  readonly #words: Uint32Array;
  /** Record numbers (offset / 16) by id. */
  readonly #index: IdMap;
  readonly #mostRecords: number;
  readonly #size: number;
  #records = 0;
  /** Where the next record goes, and the oldest begins; equal only when all is free. */
  #head = 0;
  #tail = 0;
  #used = 0;

  /** @param size bytes for everything, the index included */
  constructor(size: number) {
    this.#mostRecords = Math.floor(size / (SHORTEST_MEAN + 48));
    this.#index = new IdMap(this.#mostRecords);
    this.#size = Math.max(4 * LONGEST, Math.floor((size * 3) / 4 / HEADER) * HEADER);
    const memory = new ArrayBuffer(this.#size);
    this.#bytes = new Uint8Array(memory);
    this.#ids = new Float64Array(memory);
    this.#words = new Uint32Array(memory);
  }

  /** A handle for `length` and `copy`, good until the next `put`; -1 when there is nothing. */
  find(id: number): number {
    const record = this.#index.get(id);
    // Written only when it changes: a line that is only read costs less.
    if (record >= 0 && this.#words[record * 4 + 3] !== USED) this.#words[record * 4 + 3] = USED;
    return record;
  }

  /** Bytes. */
  length(handle: number): number {
    return this.#words[handle * 4 + 2] as number;
  }

  /** @returns how many bytes were copied */
  copy(handle: number, target: Buffer, at: number): number {
    const from = handle * HEADER + HEADER;
    const length = this.length(handle);
    target.set(this.#bytes.subarray(from, from + length), at);
    return length;
  }

  /** Keeps a copy; what was kept under the id is replaced. */
  put(id: number, bytes: Uint8Array): void {
    this.delete(id);
    if (bytes.length > LONGEST) return;
    const size = recordSize(bytes.length);
    while (this.#records >= this.#mostRecords) this.#evictOldest();
    this.#makeRoom(size);
    this.#append(id, bytes.length);
    this.#bytes.set(bytes, this.#head + HEADER);
    this.#advance(size);
  }

  delete(id: number): void {
    const record = this.#index.get(id);
    if (record < 0) return;
    this.#words[record * 4 + 3] = DEAD;
    this.#index.remove(id);
    this.#records -= 1;
  }

  /** Frees `size` bytes in a row at the head. The head may move on the way there. */
  #makeRoom(size: number): void {
    for (;;) {
      const free = this.#size - this.#used;
      const rest = this.#size - this.#head;
      if (rest >= size && free >= size) return;
      if (rest < size && free >= rest) this.#skipToStart(rest);
      else this.#evictOldest();
    }
  }

  /** No record goes over the end of the buffer: what is left there is marked dead. */
  #skipToStart(rest: number): void {
    this.#words[this.#head / 4 + 2] = rest - HEADER;
    this.#words[this.#head / 4 + 3] = DEAD;
    this.#advance(rest);
  }

  /** Lets the oldest record go, or moves it to the front when it was used. */
  #evictOldest(): void {
    const at = this.#tail;
    const length = this.#words[at / 4 + 2] as number;
    const size = recordSize(length);
    this.#tail = (at + size) % this.#size;
    this.#used -= size;
    const mark = this.#words[at / 4 + 3];
    if (mark === DEAD) return;
    const id = this.#ids[at / 8] as number;
    this.#index.remove(id);
    this.#records -= 1;
    if (mark !== USED || this.#head + size > this.#size || this.#size - this.#used < size) return;
    this.#bytes.copyWithin(this.#head + HEADER, at + HEADER, at + HEADER + length);
    this.#append(id, length);
    this.#advance(size);
  }

  #append(id: number, length: number): void {
    this.#ids[this.#head / 8] = id;
    this.#words[this.#head / 4 + 2] = length;
    this.#words[this.#head / 4 + 3] = UNUSED;
    this.#index.add(id, this.#head / HEADER);
    this.#records += 1;
  }

  #advance(size: number): void {
    this.#head = (this.#head + size) % this.#size;
    this.#used += size;
  }
}

function recordSize(length: number): number {
  return HEADER + Math.ceil(length / HEADER) * HEADER;
}
