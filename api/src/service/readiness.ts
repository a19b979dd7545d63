/** Whether this server can be sent requests. */
import type { Store, StorePart } from '../model/database.ts';

interface Dependencies {
  readonly store: Pick<Store, 'missing'>;
  /** A clock that never runs back, in milliseconds. */
  readonly now: () => number;
}

/** However often somebody asks, the database is asked once in this time. */
const BELIEVE_MS = 1000;
/** A database that takes longer does not answer. */
const PATIENCE_MS = 1000;

export class ReadinessService {
  readonly #deps: Dependencies;
  #isStopping = false;
  #known: { readonly missing: readonly StorePart[]; readonly until: number } | undefined;
  /** Those who ask at once share one answer. */
  #asking: Promise<readonly StorePart[]> | undefined;
  /** The question to the database that has no answer yet. */
  #pending: Promise<readonly StorePart[]> | undefined;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Whether the server is about to stop: it still serves, but shall be sent nothing new. */
  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** To be told when the server is about to stop. */
  stop(): void {
    this.#isStopping = true;
  }

  /** What is missing to serve; empty when all is there. Answers within a second, or so. */
  missing(): Promise<readonly StorePart[]> {
    const { now } = this.#deps;
    if (this.#known && now() < this.#known.until) return Promise.resolve(this.#known.missing);
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<readonly StorePart[]> {
    // It is not asked again while it still owes an answer.
    const missing = this.#pending ? (['database'] as const) : await this.#askDatabase();
    this.#known = { missing, until: this.#deps.now() + BELIEVE_MS };
    return missing;
  }

  async #askDatabase(): Promise<readonly StorePart[]> {
    const { promise: impatience, resolve } = Promise.withResolvers<readonly StorePart[]>();
    const timer = setTimeout(() => resolve(['database']), PATIENCE_MS);
    this.#pending = this.#deps.store.missing().finally(() => {
      this.#pending = undefined;
    });
    const missing = await Promise.race([this.#pending, impatience]);
    clearTimeout(timer);
    return missing;
  }
}
