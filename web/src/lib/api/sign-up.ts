/** Becoming a member. */
import { CallError } from './errors.ts';

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
  const { name, username, email, password } = person;
  const response = await fetch('/sign-up', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-language': person.locale },
    body: JSON.stringify({ name, email, password, ...(username === '' ? {} : { username }) }),
  });
  const answer = (await response.json()) as { message?: string; state?: string };
  if (!response.ok) throw new CallError(response.status, answer.message ?? '');
  return { token: undefined, isPending: answer.state === 'pending' };
}
