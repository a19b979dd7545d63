/** A histogram of times as plain numbers: to add one costs a few nanoseconds. */

/** The upper ends of the buckets, in milliseconds; what takes longer is in the last, open one. */
const BUCKETS_MS = [0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1000, 2500, 10_000] as const;

/** One line of what Prometheus reads. */
export interface Sample {
  /** The metric's own name unless given. */
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

export class Times {
  /** How many were in each bucket and in none before it. */
  readonly #counts = Array.from({ length: BUCKETS_MS.length + 1 }, () => 0);
  #sumMs = 0;

  add(ms: number): void {
    let i = 0;
    while (i < BUCKETS_MS.length && ms > (BUCKETS_MS[i] as number)) i += 1;
    this.#counts[i] = (this.#counts[i] as number) + 1;
    this.#sumMs += ms;
  }

  /** The samples of the histogram `name`, in seconds, as Prometheus wants them: each bucket with
   * all below it. */
  samples(name: string, labels: Sample['labels'] = {}): Sample[] {
    let count = 0;
    const buckets = this.#counts.map((own, i) => {
      count += own;
      const end = BUCKETS_MS[i];
      const le = end === undefined ? '+Inf' : end / 1000;
      return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.#sumMs / 1000 },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}
