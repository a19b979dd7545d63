/** One's own account, beyond what the Mastodon API knows of: all of it is in the documented extension. */
import { minitter, minitterFile, type NamedFile } from './minitter.ts';

/** A place where the person has logged in. */
export interface OwnSession {
  readonly id: string;
  /** The program, where it has said its name. */
  readonly app: { readonly name: string } | null;
  readonly created_at: string;
  readonly last_used_at: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export const changePassword = (current: string, password: string): Promise<object> =>
  minitter('POST', '/account/password', { current_password: current, password });

/** @returns whether it has changed already; otherwise a link has been sent to the new address */
export const changeEmail = (
  email: string,
  password: string,
): Promise<{ readonly changed: boolean }> =>
  minitter('POST', '/account/email', { email, password });

export const listSessions = (): Promise<OwnSession[]> => minitter('GET', '/sessions');

export const endSession = (id: string): Promise<object> =>
  minitter('DELETE', `/sessions/${encodeURIComponent(id)}`);

export const endOtherSessions = (): Promise<object> => minitter('DELETE', '/sessions');

export const exportData = (): Promise<NamedFile> => minitterFile('/account/export');

export const deleteAccount = (password: string): Promise<object> =>
  minitter('POST', '/account/delete', { password });
