/** A clock that stands still until the test lets time pass. */
import type { Clock } from '../../src/service/ports.ts';

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export class FakeClock {
  #now = Date.UTC(2026, 0, 1);

  readonly now: Clock = () => this.#now;

  /** Lets milliseconds pass. */
  pass(ms: number): void {
    this.#now += ms;
  }
}
