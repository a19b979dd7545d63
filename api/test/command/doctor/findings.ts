import assert from 'node:assert/strict';
import type { Finding, Level } from '../../../src/command/doctor/finding.ts';

/** Asserts that a check found one thing, in these words; what is not well comes with advice. */
export function assertFinding(findings: readonly Finding[], level: Level, message: RegExp): void {
  assert.equal(findings.length, 1, JSON.stringify(findings));
  const [finding] = findings as readonly [Finding];
  assert.equal(finding.level, level, finding.message);
  assert.match(finding.message, message);
  assert.equal(finding.advice !== undefined, level !== 'ok');
}
