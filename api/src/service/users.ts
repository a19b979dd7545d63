/** People: signing up, and being let in. */
import { RetryUnit, type Store, type Tx, UniqueViolation } from '../model/database.ts';
import type { NewUser, User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { IdempotencyService } from './idempotency.ts';
import { checkPassword } from './password-policy.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import { emailText, foldKey, nameText, profileText } from './text.ts';
import { networkOf, type ThrottleService } from './throttles.ts';
import { chosenUsername, derivedUsernames, givenUsername } from './usernames.ts';

export type { User };

export interface SignUp {
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly profile?: string | undefined;
  readonly username?: string | undefined;
}

/** Who asks, when nobody has logged in yet. */
export interface Stranger {
  /** The client's network address. */
  readonly address: string;
  readonly idempotencyKey?: string | undefined;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly passwords: PasswordHasher;
  readonly throttles: ThrottleService;
  readonly idempotency: IdempotencyService;
  readonly now: Clock;
  readonly registrations: 'open' | 'approval' | 'closed';
}

export class UserService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Makes a new user.
   *
   * @throws {DomainError} `registrations_closed`, `too_many_attempts`, `busy`, what is wrong with
   *   a field, `email_taken`, `username_taken`, `idempotency_key_reused`
   */
  async signUp(signUp: SignUp, { address, idempotencyKey, gone }: Stranger): Promise<User> {
    const { store, users, passwords, throttles, idempotency, registrations } = this.#deps;
    if (registrations === 'closed') throw new DomainError('registrations_closed');
    await throttles.beforeSignUp(address);

    const person = checkedPerson(signUp);
    await checkPassword(signUp.password, person);
    const hashedPassword = await passwords.hash(signUp.password, {
      name: networkOf(address),
      gone,
    });
    const once = {
      key: idempotencyKey,
      scope: `sign-up ${foldKey(person.email)}`,
      request: person,
    };
    return store.write(async (tx) => {
      const id = await idempotency.once(tx, once, () => this.#insert(tx, person, hashedPassword));
      const user = await users.findById(id, tx);
      if (!user) throw new DomainError('user_not_found');
      return user;
    });
  }

  /** @throws {DomainError} `user_not_found` */
  async find(userId: number): Promise<User> {
    const user = await this.#deps.users.findById(userId);
    if (!user) throw new DomainError('user_not_found');
    return user;
  }

  async #insert(tx: Tx, person: CheckedPerson, hashedPassword: string): Promise<number> {
    const { users, now, registrations } = this.#deps;
    const username = person.username ?? (await this.#freeUsername(tx, person.name));
    const user: NewUser = {
      name: person.name,
      email: person.email,
      email_key: foldKey(person.email),
      // A user name that needs the id is set as soon as there is one; `~` is never part of one.
      username: username ?? `~${crypto.randomUUID().slice(0, 28)}`,
      username_key: username ?? `~${crypto.randomUUID().slice(0, 28)}`,
      hashed_password: hashedPassword,
      profile: person.profile,
      profile_picture: null,
      state: registrations === 'approval' ? 'pending' : 'active',
      role: 'user',
      locale: null,
      email_confirmed_at: null,
      created_at: now(),
    };
    const id = await users.insert(tx, user).catch(async (error: unknown) => {
      if (!(error instanceof UniqueViolation)) throw error;
      // When both keys exist, the engines differ in which one they name.
      const isEmail = (await users.findByEmailKey(user.email_key, tx)) !== undefined;
      throw translateTaken(error, isEmail, person.username !== undefined);
    });
    if (username === undefined) {
      const given = givenUsername(id);
      await users.update(tx, id, { username: given, username_key: given }, user.created_at);
    }
    return id;
  }

  async #freeUsername(tx: Tx, name: string): Promise<string | undefined> {
    const candidates = derivedUsernames(name);
    if (candidates.length === 0) return undefined;
    const taken = await this.#deps.users.takenUsernameKeys(tx, candidates);
    return candidates.find((username) => !taken.has(username));
  }
}

type CheckedPerson = ReturnType<typeof checkedPerson>;

function checkedPerson({ name, email, profile, username }: SignUp) {
  return {
    name: nameText(name),
    email: emailText(email),
    profile: profileText(profile ?? ''),
    username: username === undefined ? undefined : chosenUsername(username),
  };
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

/**
 * Lets in somebody who signed up while `REGISTRATIONS` was `approval`; for the command line.
 *
 * @param now epoch milliseconds
 * @throws {DomainError} `user_not_found`
 */
export async function approveUser(
  store: Store,
  users: UserDao,
  username: string,
  now: number,
): Promise<User> {
  const user = await users.findByUsernameKey(foldKey(username));
  if (!user) throw new DomainError('user_not_found');
  if (user.state !== 'pending') return user;
  await store.write((tx) => users.update(tx, user.id, { state: 'active' }, now));
  return { ...user, state: 'active' };
}
