/** What an administrator does with the people of his server. */
import type { Store, Tx } from '../model/database.ts';
import type { FormerUserDao } from '../model/former-users.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { OutsideChangeDao } from '../model/outside-changes.ts';
import type { SessionDao } from '../model/sessions.ts';
import type { UserDeletionDao } from '../model/user-deletions.ts';
import type { User, UserDao, UserFilter } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { checkedPerson, insertUser, type Person } from './new-users.ts';
import { checkPassword } from './password-policy.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import { randomPassword } from './random-password.ts';
import { foldKey } from './text.ts';
import type { UserDeletion } from './user-deletion.ts';

export type { User, UserFilter };

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly formerUsers: FormerUserDao;
  readonly userDeletions: UserDeletionDao;
  readonly userDeletion: UserDeletion;
  readonly sessions: SessionDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  /** Where servers hear that something has changed. */
  readonly outsideChanges: OutsideChangeDao;
  readonly passwords: PasswordHasher;
  readonly now: Clock;
}

/** A user, and the password he logs in with. */
export interface UserWithPassword {
  readonly user: User;
  readonly password: string;
}

export class UserAdminService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Finds a user by what an administrator types: an id, an e-mail address, or a user name. A user
   * name of digits alone is told from an id by an `@` before it.
   *
   * @throws {DomainError} `user_not_found`
   */
  async find(reference: string): Promise<User> {
    const { users } = this.#deps;
    const text = reference.trim();
    let user: User | undefined;
    if (/^\d{1,15}$/.test(text)) user = await users.findById(Number(text));
    else if (text.startsWith('@')) user = await users.findByUsernameKey(foldKey(text.slice(1)));
    else if (text.includes('@')) user = await users.findByEmailKey(foldKey(text));
    else user = await users.findByUsernameKey(foldKey(text));
    if (!user) throw new DomainError('user_not_found');
    return user;
  }

  /** All users that pass the filter, in the order of their ids. */
  async *list(filter: UserFilter): AsyncGenerator<User> {
    let afterId = 0;
    for (;;) {
      const page = await this.#deps.users.list(afterId, filter);
      yield* page;
      const last = page.at(-1);
      if (!last) return;
      afterId = last.id;
    }
  }

  /**
   * Makes a user who may log in at once, whoever may sign up here.
   *
   * @param password made if left out
   * @throws {DomainError} what is wrong with a field, `email_taken`, `username_taken`
   */
  async create(
    person: Person,
    { role, password = randomPassword() }: { role: User['role']; password?: string | undefined },
  ): Promise<UserWithPassword> {
    const { store, users, passwords, now } = this.#deps;
    const checked = checkedPerson(person);
    await checkPassword(password, checked);
    const hashed_password = await passwords.hash(password);
    const standing = { hashed_password, state: 'active', role, locale: null } as const;
    const user = await store.write(async (tx) => {
      const id = await insertUser(tx, this.#deps, checked, { ...standing, created_at: now() });
      return users.findById(id, tx);
    });
    return { user: existing(user), password };
  }

  /**
   * Gives a user another password and ends all his sessions.
   *
   * @param password made if left out
   * @throws {DomainError} what is wrong with the password, `user_not_found`
   */
  async resetPassword(
    reference: string,
    password: string = randomPassword(),
  ): Promise<UserWithPassword> {
    const found = await this.find(reference);
    await checkPassword(password, found);
    const hashed_password = await this.#deps.passwords.hash(password);
    const user = await this.#change(found.id, () => ({ hashed_password }), { endsSessions: true });
    return { user, password };
  }

  /**
   * Lets in somebody who signed up while `REGISTRATIONS` was `approval`. Twice is once.
   *
   * @throws {DomainError} `user_not_found`, `account_suspended`
   */
  async approve(reference: string): Promise<User> {
    const { id } = await this.find(reference);
    return this.#change(id, ({ state }) => {
      if (state === 'suspended') throw new DomainError('account_suspended');
      return { state: 'active' };
    });
  }

  /**
   * Keeps a user out: his sessions end, he cannot log in, and his tweets are not shown. Twice is
   * once.
   *
   * @throws {DomainError} `user_not_found`
   */
  async suspend(reference: string): Promise<User> {
    const { id } = await this.find(reference);
    return this.#change(id, () => ({ state: 'suspended' }), { endsSessions: true });
  }

  /**
   * Lets a suspended user in again, with all that he had but his sessions. Twice is once.
   *
   * @throws {DomainError} `user_not_found`, `account_pending` when he was never let in
   */
  async reinstate(reference: string): Promise<User> {
    const { id } = await this.find(reference);
    return this.#change(id, ({ state }) => {
      if (state === 'pending') throw new DomainError('account_pending');
      return { state: 'active' };
    });
  }

  /**
   * Makes a user an administrator, or an ordinary user again.
   *
   * @throws {DomainError} `user_not_found`
   */
  async setRole(reference: string, role: User['role']): Promise<User> {
    const { id } = await this.find(reference);
    return this.#change(id, () => ({ role }));
  }

  /**
   * Deletes a user with everything of his: see {@link UserDeletion}. When it is broken off, it is done
   * again from there.
   *
   * @returns the user as he was
   * @throws {DomainError} `user_not_found`
   */
  async delete(reference: string): Promise<User> {
    const { store, userDeletion, outsideChanges } = this.#deps;
    const user = await this.find(reference);
    await store.write(async (tx) => {
      await userDeletion.begin(tx, user.id);
      await outsideChanges.tell(tx);
    });
    await userDeletion.finish(user.id);
    await store.write((tx) => outsideChanges.tell(tx));
    return user;
  }

  /**
   * Changes one user and tells the servers.
   *
   * @param patch what is to change; what it throws ends the unit
   */
  async #change(
    id: number,
    patch: (user: User) => Parameters<UserDao['update']>[2],
    { endsSessions = false } = {},
  ): Promise<User> {
    const { store, users, userDeletions, outsideChanges, now } = this.#deps;
    const changed = await store.write(async (tx) => {
      const user = existing(await users.lock(tx, id));
      // Nobody comes back who is half gone.
      if (await userDeletions.has(tx, id)) throw new DomainError('user_not_found');
      await users.update(tx, id, patch(user), now());
      if (endsSessions) await this.#shutOut(tx, id);
      await outsideChanges.tell(tx);
      return users.findById(id, tx);
    });
    return existing(changed);
  }

  /** No session goes on, and no link in an older mail leads to a password of one's own choice. */
  async #shutOut(tx: Tx, userId: number): Promise<void> {
    const { sessions, oneTimeCodes, now } = this.#deps;
    await sessions.revokeAllOf(tx, userId, now());
    await oneTimeCodes.deleteAllOf(tx, userId, 'password');
  }
}

function existing(user: User | undefined): User {
  if (!user) throw new DomainError('user_not_found');
  return user;
}
