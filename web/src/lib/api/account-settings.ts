/** One's own account, beyond what the Mastodon API knows of: all of it is in the documented extension. */
import { minitter, minitterFile } from './minitter.ts';

/** A place where the person has logged in. */
export interface OwnSession {
  readonly id: string;
  /** The program, where it has said its name. */
  readonly app?: string | null;
  readonly created_at: string;
  readonly last_used_at: string | null;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export const changePassword = (current: string, next: string): Promise<object> =>
  minitter('PUT', '/password', { current_password: current, new_password: next });

export const changeEmail = (email: string, password: string): Promise<object> =>
  minitter('PUT', '/email', { email, password });

export const listSessions = (): Promise<OwnSession[]> => minitter('GET', '/sessions');

export const endSession = (id: string): Promise<object> =>
  minitter('DELETE', `/sessions/${encodeURIComponent(id)}`);

export const endOtherSessions = (): Promise<object> => minitter('DELETE', '/sessions');

export const exportData = (): Promise<Blob> => minitterFile('/export');

export const deleteAccount = (password: string): Promise<object> =>
  minitter('POST', '/account/delete', { password });
