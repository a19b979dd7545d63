/** How busy a database is: what waits for it now, and how long it takes. */

/** A queue at this moment. */
export interface QueueLoad {
  /** Being done. */
  readonly running: number;
  readonly waiting: number;
  /** May wait at most. */
  readonly limit: number;
  /** Turned away since the start. */
  readonly refused: number;
}

/** Is told how long each thing took, in milliseconds; must be quick. */
export interface StoreTimes {
  /** A query outside a unit of work. */
  read(ms: number): void;
  /** A unit of work, with its wait in the queue, whether it was stored or not. */
  write(ms: number): void;
}

/** Notes when `write` is settled. @returns `write` */
export function timed<T>(times: StoreTimes | undefined, write: Promise<T>): Promise<T> {
  if (!times) return write;
  const begun = performance.now();
  const note = () => times.write(performance.now() - begun);
  write.then(note, note);
  return write;
}
