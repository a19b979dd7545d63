/** What a scenario found, held against its bar. */
import { median, rounded } from './stats.ts';

export interface Finding {
  /** Its number in the table of bench/README.md. */
  readonly scenario: number;
  readonly what: string;
  /** The median of what was measured, in `unit`. */
  readonly value: number;
  readonly unit: string;
  /** What it must reach: at least or at most; none where there is only something to know. */
  readonly bar?: { readonly atLeast: number } | { readonly atMost: number };
  /** All that was measured on the way. */
  readonly details: Readonly<Record<string, number | string | readonly number[]>>;
}

/** A finding from several rounds. */
export function fromRounds(finding: Omit<Finding, 'value'>, values: readonly number[]): Finding {
  const rounds = values.map(rounded);
  return { ...finding, value: rounded(median(values)), details: { ...finding.details, rounds } };
}

/** Whether the bar is reached; `slack` is the share by which it may be missed. */
export function isReached({ value, bar }: Finding, slack = 0): boolean {
  if (!bar) return true;
  return 'atLeast' in bar ? value >= bar.atLeast * (1 - slack) : value <= bar.atMost * (1 + slack);
}

export function barText({ bar, unit }: Finding): string {
  if (!bar) return '–';
  return 'atLeast' in bar ? `≥ ${bar.atLeast} ${unit}` : `≤ ${bar.atMost} ${unit}`;
}
