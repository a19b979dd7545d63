/** What a command's exit status says to scripts. */
import { StoreUnavailable } from '../model/database.ts';
import { DomainError } from '../service/errors.ts';

export const EXIT = {
  done: 0,
  /** Settings, database, or something else that is no fault of what was asked for. */
  failed: 1,
  /** The command line is wrong, or lacks a confirmation. */
  usage: 2,
  /** There is no such user. */
  notFound: 3,
  /** A rule says no: the e-mail address is taken, the password too common, and so on. */
  refused: 4,
  /** Somebody did not want to wait for the end. */
  interrupted: 130,
} as const;

/** For the end of a command's help. */
export const EXIT_STATUS_HELP = `
The exit status is
  0  when it was done
  1  when it could not be done (settings, database)
  2  when the command line is wrong, or lacks a confirmation
  3  when there is no such user
  4  when a rule says no (an e-mail address that is taken, a password that is too common, …)`;

/** The same for commands with little to get wrong. */
export const SHORT_EXIT_STATUS_HELP =
  '\nThe exit status is 0 when all went well, 2 when the command line is wrong, 1 otherwise.';

/** The same for what takes long and may be stopped. */
export const LONG_EXIT_STATUS_HELP = `
The exit status is
  0    when it was done
  1    when it could not be done (settings, database, file), or was stopped
  2    when the command line is wrong
  130  after a second Ctrl-C`;

/** The command line is wrong in a way that only the command can see. */
export class UsageError extends Error {}

export function exitStatusOf(error: unknown): number {
  if (error instanceof UsageError) return EXIT.usage;
  if (!(error instanceof DomainError)) return EXIT.failed;
  return error.code === 'user_not_found' ? EXIT.notFound : EXIT.refused;
}

/** What went wrong, with what the database says of it. */
export function sentenceOf(error: Error): string {
  if (!(error instanceof StoreUnavailable)) return error.message;
  return `The database cannot be used: ${(error.cause as Error).message}.`;
}

/** What went wrong, as one line of JSON. */
export function errorJson(error: Error): string {
  const code = error instanceof DomainError ? error.code : 'failed';
  return JSON.stringify({
    error: error instanceof UsageError ? 'usage' : code,
    message: sentenceOf(error),
  });
}
