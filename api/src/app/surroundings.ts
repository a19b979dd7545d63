/** What the builders of the server share while it is built. */
import type { Logger } from 'pino';
import type { Clock, CounterStore, Mailer } from '../service/ports.ts';
import type { ObjectStores } from '../service/stored-files.ts';
import type { Timelines } from './timelines.ts';

/** Undone in reverse order. */
export type Closers = (() => unknown)[];

/** What a test may put in place of the real thing. */
export interface Overrides {
  readonly now?: Clock;
  readonly objects?: ObjectStores;
  readonly counters?: CounterStore;
  /** Sends the mails of a server that is configured to send any. */
  readonly mailer?: Mailer;
  readonly timelines?: Timelines;
  /** The folder of the built web client, for those who serve it. */
  readonly webFolder?: string | undefined;
}

/** What every builder may need. */
export interface Surroundings {
  readonly log: Logger;
  readonly closers: Closers;
  readonly overrides: Overrides;
}
