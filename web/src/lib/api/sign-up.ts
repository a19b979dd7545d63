/** Becoming a member. */
import { minitter } from './minitter.ts';
import { CLIENT_ID } from './sign-in.ts';

export interface NewPerson {
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly locale: string;
}

export interface Joined {
  /** With which he is logged in; undefined where he still has to. */
  readonly token: string | undefined;
  /** Somebody has to approve of him first. */
  readonly isPending: boolean;
}

/** @throws {CallError} with the server's sentence about what is wrong */
export async function signUp({ username, ...person }: NewPerson): Promise<Joined> {
  const sent = { ...person, ...(username === '' ? {} : { username }), client_id: CLIENT_ID };
  const { state, access_token: token } = await minitter<{
    readonly state: string;
    readonly access_token: string | null;
  }>('POST', '/sign-up', sent);
  return { token: token ?? undefined, isPending: state === 'pending' };
}
