/** What a check of `minitter doctor` has found. */

export type Level = 'ok' | 'warning' | 'problem';

export interface Finding {
  readonly level: Level;
  /** One sentence on how things are. */
  readonly message: string;
  /** What to do about it; nothing when all is well. */
  readonly advice?: string;
}

/** Looks at one thing, changes nothing, and may throw: that is a problem, too. */
export type Check<Subject> = (subject: Subject) => Promise<readonly Finding[]> | readonly Finding[];

export const ok = (message: string): Finding => ({ level: 'ok', message });

export const warning = (message: string, advice: string): Finding => ({
  level: 'warning',
  message,
  advice,
});

export const problem = (message: string, advice: string): Finding => ({
  level: 'problem',
  message,
  advice,
});

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Bytes as people say them, in steps of 1024. */
export function size(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** step;
  return `${value < 10 && step > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[step]}`;
}
