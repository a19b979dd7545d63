/** Codes that stand in mails and are good for one thing, once. Only their hashes are stored. */
import { createHash, randomBytes } from 'node:crypto';
import type { Tx } from '../model/database.ts';
import type { CodePurpose, OneTimeCode, OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { User } from '../model/users.ts';
import { DomainError } from './errors.ts';

/** How long a link that confirms an address is good for. */
export const EMAIL_CODE_MS = 3 * 24 * 3_600_000;

export interface CodeTerms {
  readonly purpose: CodePurpose;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** The address that is to be his, if it is another one. */
  readonly newEmail?: string;
}

/** Stores a new code for a user. @returns the code: 256 random bits */
export async function issueCode(
  tx: Tx,
  codes: OneTimeCodeDao,
  user: User,
  { purpose, expiresAt, newEmail }: CodeTerms,
): Promise<string> {
  const code = randomBytes(32).toString('base64url');
  await codes.insert(tx, {
    code_hash: hashOf(code),
    user_id: user.id,
    purpose,
    email_key: user.email_key,
    new_email: newEmail ?? null,
    expires_at: expiresAt,
  });
  return code;
}

/** @throws {DomainError} `code_invalid` */
export async function findCode(
  codes: OneTimeCodeDao,
  code: string,
  purpose: CodePurpose,
  now: number,
): Promise<OneTimeCode> {
  const found = await codes.find(hashOf(code), purpose, now);
  if (!found) throw new DomainError('code_invalid');
  return found;
}

/**
 * Uses a code up.
 *
 * @param user whose it is, as he is now
 * @throws {DomainError} `code_invalid` when it has been used meanwhile, or he had another address
 *   when it was made
 */
export async function useCode(
  tx: Tx,
  codes: OneTimeCodeDao,
  { code_hash, email_key }: OneTimeCode,
  user: User | undefined,
): Promise<User> {
  const isThere = await codes.delete(tx, code_hash);
  if (!isThere || user?.email_key !== email_key) throw new DomainError('code_invalid');
  return user;
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('hex');
}
