import { ForeignKeyViolation, RetryUnit, StoreUnavailable, UniqueViolation } from '../database.ts';

/** Error numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html */
const DUPLICATE_ENTRY = 1062;
const NO_REFERENCED_ROW = new Set([1216, 1452]);
const MEET_AGAIN = new Set([
  1205, // lock wait timeout
  1213, // deadlock
]);
const UNAVAILABLE = new Set([
  1021, // disk full
  1040, // too many connections
  1047, // a Galera node that is not, or no longer, part of its cluster
  1053, // server shutdown in progress
  1114, // table is full
  1290, // read-only
  1836, // read-only mode
]);

/** The driver's or server's error in the words of `model/database.ts`. */
export function translateError(error: unknown): unknown {
  const { errno, code, message } = error as { errno?: number; code?: string; message?: string };
  if (errno === DUPLICATE_ENTRY) return new UniqueViolation(constraintName(message ?? ''), error);
  if (errno !== undefined && NO_REFERENCED_ROW.has(errno)) return new ForeignKeyViolation(error);
  if (errno !== undefined && MEET_AGAIN.has(errno)) return new RetryUnit(error);
  const isNotFromServer = (error as { sqlState?: string }).sqlState === undefined;
  if (isNotFromServer && isConnectionError(code, message)) return new StoreUnavailable(error);
  if (errno !== undefined && UNAVAILABLE.has(errno)) return new StoreUnavailable(error);
  return error;
}

/** The network's codes, the driver's own, and what driver and pool only say in words. */
function isConnectionError(code: string | undefined, message: string | undefined): boolean {
  return (
    /^(E[A-Z]+|PROTOCOL_\w+)$/.test(code ?? '') || /Pool is closed|closed state/.test(message ?? '')
  );
}

/** `Duplicate entry 'a' for key 'users.users_email_key'` (MariaDB: no table) → `users_email_key` */
function constraintName(message: string): string {
  return /for key '(?:[^'.]+\.)?([^']+)'$/.exec(message)?.[1] ?? '';
}
