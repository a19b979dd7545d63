/** What becomes a user, however he comes: by signing up, or by a command. */
import { RetryUnit, type Tx, UniqueViolation } from '../model/database.ts';
import type { FormerUserDao } from '../model/former-users.ts';
import type { NewUser, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { emailText, foldKey, nameText, profileText } from './text.ts';
import { chosenUsername, derivedUsernames, givenUsername } from './usernames.ts';

/** What somebody says of himself. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly profile?: string | undefined;
  /** Made from the name if left out. */
  readonly username?: string | undefined;
}

export type CheckedPerson = ReturnType<typeof checkedPerson>;

/**
 * The person as he is stored.
 *
 * @throws {DomainError} what is wrong with a field
 */
export function checkedPerson({ name, email, profile, username }: Person) {
  return {
    name: nameText(name),
    email: emailText(email),
    profile: profileText(profile ?? ''),
    username: username === undefined ? undefined : chosenUsername(username),
  };
}

/** What the server says of him. */
export type Standing = Pick<
  NewUser,
  'hashed_password' | 'state' | 'role' | 'locale' | 'created_at'
>;

/**
 * Stores a new user.
 *
 * @returns his id
 * @throws {DomainError} `email_taken`, `username_taken`
 */
export async function insertUser(
  tx: Tx,
  { users, formerUsers }: { users: UserDao; formerUsers: FormerUserDao },
  person: CheckedPerson,
  standing: Standing,
): Promise<number> {
  const daos = { users, formerUsers };
  const username = person.username ?? (await freeUsername(tx, daos, person.name));
  const user: NewUser = {
    name: person.name,
    email: person.email,
    email_key: foldKey(person.email),
    ...usernameOr(username),
    profile: person.profile,
    profile_picture: null,
    email_confirmed_at: null,
    ...standing,
  };
  const id = await users.insert(tx, user).catch(async (error: unknown) => {
    if (!(error instanceof UniqueViolation)) throw error;
    // When both keys exist, the engines differ in which one they name.
    const isEmail = (await users.findByEmailKey(user.email_key, tx)) !== undefined;
    throw translateTaken(error, isEmail, person.username !== undefined);
  });
  if (username === undefined) await giveUsername(tx, users, id, user.created_at);
  else await refuseFormer(tx, formerUsers, username, person.username !== undefined);
  return id;
}

/** A user name that needs the id is set as soon as there is one; `~` is never part of one. */
function usernameOr(username: string | undefined) {
  return {
    username: username ?? `~${crypto.randomUUID().slice(0, 28)}`,
    username_key: username ?? `~${crypto.randomUUID().slice(0, 28)}`,
  };
}

async function giveUsername(tx: Tx, users: UserDao, id: number, now: number): Promise<void> {
  const given = givenUsername(id);
  await users.update(tx, id, { username: given, username_key: given }, now);
}

async function freeUsername(
  tx: Tx,
  { users, formerUsers }: { users: UserDao; formerUsers: FormerUserDao },
  name: string,
): Promise<string | undefined> {
  const candidates = derivedUsernames(name);
  const taken = await users.takenUsernameKeys(tx, candidates);
  const former = await formerUsers.takenUsernameKeys(candidates, tx);
  return candidates.find((username) => !taken.has(username) && !former.has(username));
}

/** Asked behind the insert, which has waited for whoever was just deleting a user of this name. */
async function refuseFormer(
  tx: Tx,
  formerUsers: FormerUserDao,
  username: string,
  wasChosen: boolean,
): Promise<void> {
  if ((await formerUsers.takenUsernameKeys([username], tx)).size === 0) return;
  const taken = new DomainError('username_taken');
  throw wasChosen ? taken : new RetryUnit(taken);
}

function translateTaken(
  cause: UniqueViolation,
  isEmail: boolean,
  usernameWasChosen: boolean,
): Error {
  if (isEmail) return new DomainError('email_taken', { cause });
  if (usernameWasChosen) return new DomainError('username_taken', { cause });
  // A neighbour has just taken the derived name: run again, and derive another.
  return new RetryUnit(cause);
}
