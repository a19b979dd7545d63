/** Telling an audience: at once when it is small, otherwise in slices between other work. */
import { type BlockPool, WORDS } from './blocks.ts';
import type { Sources } from './sources.ts';
import type { Viewers } from './viewers.ts';

/** What an audience is told. */
export type Change =
  | { readonly kind: 'added'; readonly id: number; readonly flags: number }
  | { readonly kind: 'removed'; readonly id: number }
  /** The source is not what it was: timelines with it must be made anew. */
  | { readonly kind: 'dropped' };

/** A change on its way to an audience. */
interface Job {
  readonly source: number;
  readonly change: Change;
  readonly edition: number;
  /** The next block of the audience; 0 at the end. */
  block: number;
}

interface Dependencies {
  readonly pool: BlockPool;
  readonly sources: Sources;
  readonly viewers: Viewers;
  /** Applies a change to one warm viewer. */
  readonly deliver: (viewer: number, change: Change) => void;
  /** Sees to it that this many blocks are free. */
  readonly makeRoom: (blocks: number) => void;
}

export interface FanOutOptions {
  /** Audiences up to this size are told before the writer goes on; it takes well under 1 ms. */
  readonly atOnce: number;
  /** Blocks of an audience between two looks at the clock; each has seven viewers. */
  readonly blocksPerLook: number;
  /** A slice ends after this time; other work gets its turn. */
  readonly sliceMs: number;
  /** Called with what is to run when other work has had its turn. */
  readonly later: (run: () => void) => void;
}

const DEFAULTS: FanOutOptions = {
  atOnce: 2048,
  blocksPerLook: 24,
  sliceMs: 4,
  later: (run) => setImmediate(run),
};

export class FanOut {
  readonly #deps: Dependencies & FanOutOptions;
  /** In the order of their changes; so no viewer is told of a removal before the tweet. */
  #jobs: Job[] = [];
  #isScheduled = false;
  /** Where a useless number goes, so that the compiler does not leave out how it is made. */
  readonly #sink = new Uint32Array(1);

  constructor(dependencies: Dependencies & Partial<FanOutOptions>) {
    this.#deps = { ...DEFAULTS, ...dependencies };
  }

  /** Whether anything is on its way. */
  get isBusy(): boolean {
    return this.#jobs.length > 0;
  }

  /** Tells everyone in the audience of `source`; some of them a little later. */
  tell(source: number, change: Change): void {
    const { sources, atOnce } = this.#deps;
    const block = sources.audience(source);
    if (block === 0) return;
    const job = { source, change, edition: sources.edition(source), block };
    if (this.#jobs.length === 0 && sources.followers(source) <= atOnce) {
      this.#run(job, Infinity);
      return;
    }
    this.#jobs.push(job);
    this.#schedule();
  }

  /** Whether changes of this source are on their way; its audience must then stay as it is. */
  isTelling(source: number): boolean {
    return this.#jobs.some((job) => job.source === source);
  }

  /** Tells one viewer, who is about to read, what is still on its way to him. */
  catchUp(viewer: number): void {
    if (this.#jobs.length === 0) return;
    const { viewers, deliver } = this.#deps;
    const generation = viewers.generation(viewer);
    for (const job of this.#jobs) {
      if (!viewers.isOf(viewer, generation)) return;
      if (this.#isAlive(job) && viewers.isToldOf(viewer, job.source)) deliver(viewer, job.change);
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#deps.later(() => this.#runSlice());
  }

  #runSlice(): void {
    this.#isScheduled = false;
    const end = performance.now() + this.#deps.sliceMs;
    let job = this.#jobs[0];
    while (job && this.#run(job, end)) {
      this.#jobs.shift();
      job = this.#jobs[0];
    }
    if (job) this.#schedule();
  }

  /** Goes on with a job until `end`. @returns whether it is done */
  #run(job: Job, end: number): boolean {
    while (job.block !== 0 && this.#isAlive(job)) {
      this.#tellSome(job);
      if (end !== Infinity && performance.now() >= end) break;
    }
    return job.block === 0 || !this.#isAlive(job);
  }

  /** Whether the audience is still the one to tell; once all have gone, others may have come. */
  #isAlive({ source, edition }: Job): boolean {
    return edition === this.#deps.sources.edition(source);
  }

  /**
   * Looks at what the next deliveries will look at. Each is a few cache misses; in a loop that does
   * nothing else the processor waits for many of them at a time.
   */
  #touchSome(first: number): void {
    const { pool, viewers, blocksPerLook } = this.#deps;
    const { words } = pool;
    let touched = 0;
    let block = first;
    for (let n = 0; n < blocksPerLook && block !== 0; n += 1) {
      const from = block * WORDS + 2;
      const end = from + (words[block * WORDS + 1] as number);
      for (let at = from; at < end; at += 2) touched ^= viewers.entries.touch(words[at] as number);
      block = words[block * WORDS] as number;
    }
    this.#sink[0] = touched;
  }

  #tellSome(job: Job): void {
    const { pool, viewers, deliver, makeRoom, blocksPerLook } = this.#deps;
    const { words } = pool;
    // A delivery takes one block at most.
    makeRoom(blocksPerLook * 7);
    if (!this.#isAlive(job)) return;
    this.#touchSome(job.block);
    for (let n = 0; n < blocksPerLook && job.block !== 0; n += 1) {
      const from = job.block * WORDS + 2;
      const end = from + (words[job.block * WORDS + 1] as number);
      for (let at = from; at < end; at += 2) {
        const viewer = words[at] as number;
        if (viewers.isOf(viewer, words[at + 1] as number)) deliver(viewer, job.change);
        // The last of them was dropped, and the audience with him.
        if (!this.#isAlive(job)) return;
      }
      job.block = words[job.block * WORDS] as number;
    }
  }
}
