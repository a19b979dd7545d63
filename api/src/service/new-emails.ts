/** What becomes of an account with its e-mail address. */
import { type Tx, UniqueViolation } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';
import { foldKey } from './text.ts';

interface Daos {
  readonly users: UserDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly now: Clock;
}

/**
 * Stores an address. Links that were sent to confirm another one are worthless.
 *
 * @throws {DomainError} `email_taken`
 */
export async function giveEmail(
  tx: Tx,
  { users, oneTimeCodes, now }: Daos,
  { userId, email, isConfirmed }: { userId: number; email: string; isConfirmed: boolean },
): Promise<void> {
  const email_confirmed_at = isConfirmed ? now() : null;
  const patch = { email, email_key: foldKey(email), email_confirmed_at };
  try {
    await users.update(tx, userId, patch, now());
  } catch (error) {
    throw error instanceof UniqueViolation
      ? new DomainError('email_taken', { cause: error })
      : error;
  }
  await oneTimeCodes.deleteAllOf(tx, userId, 'email');
}
