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
  return times ? noted(write, (ms) => times.write(ms)) : write;
}

/** Notes when `read` is settled. @returns `read` */
export function timedRead<T>(times: StoreTimes | undefined, read: Promise<T>): Promise<T> {
  return times ? noted(read, (ms) => times.read(ms)) : read;
}

function noted<T>(work: Promise<T>, note: (ms: number) => void): Promise<T> {
  const begun = performance.now();
  const end = () => note(performance.now() - begun);
  work.then(end, end);
  return work;
}
