/** What becomes of an account with its password, whoever has chosen that. */
import type { Tx } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { SessionDao } from '../model/sessions.ts';
import type { UserDao } from '../model/users.ts';
import type { Clock } from './ports.ts';

interface Daos {
  readonly users: UserDao;
  readonly sessions: SessionDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly now: Clock;
}

/**
 * Gives a user another password: the sessions that were begun with the old one end, and links to
 * choose a password are worthless.
 *
 * @param but the `jti` of a session that goes on, if there is one
 * @returns the `jti` of the sessions that have ended
 */
export async function givePassword(
  tx: Tx,
  { users, sessions, oneTimeCodes, now }: Daos,
  { userId, hashed_password, but }: { userId: number; hashed_password: string; but?: string },
): Promise<string[]> {
  await users.update(tx, userId, { hashed_password }, now());
  await oneTimeCodes.deleteAllOf(tx, userId, 'password');
  return sessions.revokeAllOf(tx, userId, now(), but);
}
