/** SIGINT and SIGTERM, as commands take them: the first asks to stop, another one insists. */

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
/** One Ctrl-C may come twice: from the terminal, and from the launcher or npm that passes it on. */
const SAME_WISH_MS = 500;

/** What is done on a signal. */
export interface StopHandlers {
  /** Called once. */
  readonly ask: (signal: NodeJS.Signals) => void;
  /** Called when somebody does not want to wait. */
  readonly insist: () => void;
}

/** @returns a function that leaves the signals to Node.js again */
export function onStopSignals({ ask, insist }: StopHandlers): () => void {
  let askedAt: number | undefined;
  const take = (signal: NodeJS.Signals) => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      ask(signal);
    } else if (performance.now() - askedAt >= SAME_WISH_MS) insist();
  };
  for (const signal of SIGNALS) process.on(signal, take);
  return () => {
    for (const signal of SIGNALS) process.off(signal, take);
  };
}
