/** When things have last changed, for whoever keeps something that was made of many of them. */

/** 2 MB: the more, the longer it takes until things that have not changed seem to have. */
const PLACES = 2 ** 18;
/** Odd and near the golden section of 2^32, so that ids next to each other get places far apart (Knuth). */
const SPREAD = 2_654_435_769;
const [TWO_TO_32, SHIFT] = [2 ** 32, 14];

/**
 * A table of fixed size, however many things there are: some share a place, and seem to change together.
 * What has changed is never taken for unchanged.
 */
export class ChangeTable {
  /** By place. */
  readonly #changedAt = new Float64Array(PLACES);
  #changes = 0;
  #everythingChangedAt = 0;

  /** A number that goes up with each change. */
  get now(): number {
    return this.#changes;
  }

  /** @param kind a small number: things of different kinds may have the same id */
  changed(kind: number, id: number): void {
    this.#changes += 1;
    this.#changedAt[placeOf(kind, id)] = this.#changes;
  }

  everythingChanged(): void {
    this.#changes += 1;
    this.#everythingChangedAt = this.#changes;
  }

  /** Whether one of these may have changed since what `now` was then. */
  hasChanged(kind: number, ids: readonly number[], since: number): boolean {
    if (this.#changes === since) return false;
    if (this.#everythingChangedAt > since) return true;
    for (let i = 0; i < ids.length; i += 1) {
      const place = placeOf(kind, ids[i] as number);
      if ((this.#changedAt[place] as number) > since) return true;
    }
    return false;
  }
}

function placeOf(kind: number, id: number): number {
  const upper = Math.imul(Math.floor(id / TWO_TO_32) * 8 + kind, SPREAD);
  return Math.imul((id % TWO_TO_32) ^ upper, SPREAD) >>> SHIFT;
}
