/** Stopping without a failed request. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { onStopSignals } from './stop-signals.ts';

/** What load balancers get to notice by default, where there may be some. */
const DELAY_MS = 5000;
/** Of the time for requests under way, what is left for the rest when they have been cut off. */
const REST = 1 / 5;

/** When what happens after a signal, in milliseconds. */
export interface StopTimes {
  /** Until then everything is served, but `/ping` and `/ready` say that it will not be. */
  readonly delayMs: number;
  /** Then requests under way are cut off. */
  readonly cutMs: number;
  /** Then the process ends, whatever is left to do. */
  readonly timeoutMs: number;
}

/** @param isTerminal whether somebody sits before it and waits */
export function stopTimes(
  { database, shutdown: { delayMs: chosen, timeoutMs } }: Pick<Config, 'database' | 'shutdown'>,
  isTerminal: boolean,
): StopTimes {
  const mayBeBalanced = database.engine === 'mysql' && !isTerminal;
  const delayMs = chosen ?? (mayBeBalanced ? Math.min(DELAY_MS, timeoutMs / 2) : 0);
  return { delayMs, cutMs: timeoutMs - (timeoutMs - delayMs) * REST, timeoutMs };
}

/**
 * On SIGINT or SIGTERM: `/ping` and `/ready` turn 503 and connections are told to close, while all is
 * served for a while; then requests under way end, and the process with status 0. Another signal ends
 * it at once.
 *
 * @param afterwards is called when the server is closed
 */
export function stopOnSignals(
  app: App,
  times: StopTimes,
  log: Logger,
  afterwards: () => void,
): void {
  const stop = async (signal: NodeJS.Signals) => {
    const { delayMs, cutMs, timeoutMs } = times;
    log.info(`stopping after ${signal}`);
    app.services.readiness.stop();
    const limit = setTimeout(() => {
      log.error(`work was still under way after ${timeoutMs} ms`);
      process.exit(1);
    }, timeoutMs);
    const cut = setTimeout(() => {
      log.warn(`requests were still under way after ${cutMs} ms: they are cut off`);
      app.server.server.closeAllConnections();
    }, cutMs);
    await sleep(delayMs);
    await app.close();
    afterwards();
    clearTimeout(limit);
    clearTimeout(cut);
    process.exitCode = 0;
  };
  onStopSignals({ ask: (signal) => void stop(signal), insist: () => process.exit(1) });
}
