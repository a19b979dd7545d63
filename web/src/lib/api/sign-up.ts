/** Becoming a member. */
import { minitter } from './minitter.ts';

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
export async function signUp(person: NewPerson): Promise<Joined> {
  const answer = await minitter<{ access_token?: string; state?: string }>(
    'POST',
    '/sign-up',
    person,
  );
  return { token: answer.access_token, isPending: answer.state === 'pending' };
}
