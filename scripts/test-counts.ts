/** How many tests passed and failed: of node's test runner, of Playwright, and together. */
import { readFileSync } from 'node:fs';

export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_TESTS: TestCounts = { passed: 0, failed: 0, skipped: 0 };
/** Of a runner that died before it could say. */
const NO_REPORT: TestCounts = { passed: 0, failed: 1, skipped: 0 };

export const sumOf = (all: readonly TestCounts[]): TestCounts =>
  all.reduce(
    (sum, one) => ({
      passed: sum.passed + one.passed,
      failed: sum.failed + one.failed,
      skipped: sum.skipped + one.skipped,
    }),
    NO_TESTS,
  );

/** A run that ended badly has failed, whatever it counted. */
export const withStatus = (counts: TestCounts, status: number | null): TestCounts =>
  status === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) };

/** The line that ends a run. */
export const lineOf = ({ passed, failed, skipped }: TestCounts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** Options for node's test runner: what it says to people, and the counts into a file. */
export const reportingTo = (file: string): string[] => [
  '--test-reporter=spec',
  '--test-reporter-destination=stdout',
  `--test-reporter=${import.meta.filename}`,
  `--test-reporter-destination=${file}`,
];

/** What the runner says of itself at its end. */
interface SummaryEvent {
  readonly type: string;
  readonly data: {
    /** Undefined for the summary of all files. */
    readonly file?: string;
    readonly counts?: Readonly<
      Record<'passed' | 'failed' | 'cancelled' | 'skipped' | 'todo', number>
    >;
  };
}

/** A reporter for node's test runner: writes the counts alone, as JSON. */
export default async function* report(events: AsyncIterable<SummaryEvent>): AsyncGenerator<string> {
  for await (const { type, data } of events) {
    if (type !== 'test:summary' || data.file !== undefined || !data.counts) continue;
    const { passed, failed, cancelled, skipped, todo } = data.counts;
    const counts: TestCounts = { passed, failed: failed + cancelled, skipped: skipped + todo };
    yield JSON.stringify(counts);
  }
}

/** @returns what the reporter above has written to a file */
export const readNodeCounts = (file: string): TestCounts =>
  (readJson(file) as TestCounts | undefined) ?? NO_REPORT;

/** The part of Playwright's JSON that counts. */
interface PlaywrightReport {
  readonly stats: Readonly<Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>>;
}

/** @returns what Playwright's own reporter has written to a file */
export function readPlaywrightCounts(file: string): TestCounts {
  const report = readJson(file) as PlaywrightReport | undefined;
  if (!report) return NO_REPORT;
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky, skipped };
}

/** @returns undefined when there is none, or only a part of it */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
