import { EXIT } from './exit-status.ts';
import { Progress } from './progress.ts';
import { onStopSignals } from './stop-signals.ts';

interface WatchOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/**
 * Shows how far the work has come, and lets Ctrl-C end it at a good moment.
 *
 * @param stopped what is said then
 * @returns `advance` throws when somebody has asked to stop; `end` leaves the signals to Node.js again
 */
export function watching({ json, quiet }: WatchOptions, stopped: string) {
  const progress = new Progress({ stream: json || quiet ? undefined : process.stderr });
  let isAsked = false;
  const ask = () => {
    isAsked = true;
  };
  const end = onStopSignals({ ask, insist: () => process.exit(EXIT.interrupted) });
  const watcher = {
    start: (what: string, total: number) => progress.start(what, total),
    advance: (steps: number) => {
      progress.advance(steps);
      if (isAsked) throw new Error(stopped);
    },
    finish: () => progress.finish(),
  };
  return { watcher, end };
}

export type Watcher = ReturnType<typeof watching>['watcher'];
