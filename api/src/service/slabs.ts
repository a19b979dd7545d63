/** Some hundred small pages, or a few large ones. */
const SLAB_BYTES = 2 ** 18;

/**
 * Memory for pages, cut from slabs: a new piece of memory for each would cost as much as filling it. A
 * slab is freed when the last of its pages has been sent.
 */
export class Slabs {
  #slab = Buffer.alloc(0);
  #used = SLAB_BYTES;

  /** @param length bytes; what is in them is not defined */
  allocate(length: number): Buffer {
    if (length > SLAB_BYTES) return Buffer.allocUnsafe(length);
    if (this.#used + length > SLAB_BYTES) {
      this.#slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      this.#used = 0;
    }
    const from = this.#used;
    this.#used += length;
    return this.#slab.subarray(from, from + length);
  }
}
