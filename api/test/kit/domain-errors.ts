/** What a test expects of a service that refuses. */
import assert from 'node:assert/strict';
import { DomainError, type DomainErrorCode } from '../../src/service/errors.ts';

/** For `assert.throws` and `assert.rejects`: a domain error with this code. */
export const refusal = (code: DomainErrorCode) => (error: unknown) => {
  assert.ok(error instanceof DomainError, `not a domain error: ${String(error)}`);
  assert.equal(error.code, code);
  return true;
};

/** The code with which this was refused, or undefined when it was not. */
export async function codeOf(attempt: Promise<unknown>): Promise<DomainErrorCode | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}
