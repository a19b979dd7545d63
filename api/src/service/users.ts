/** People: signing up. */
import type { Store } from '../model/database.ts';
import type { FormerUserDao } from '../model/former-users.ts';
import type { User, UserDao } from '../model/users.ts';
import type { EmailConfirmationService } from './email-confirmations.ts';
import { DomainError, type Language } from './errors.ts';
import type { IdempotencyService } from './idempotency.ts';
import { checkedPerson, insertUser, type Person } from './new-users.ts';
import { checkPassword } from './password-policy.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import { foldKey, languageCode } from './text.ts';
import { networkOf, type ThrottleService } from './throttles.ts';

export type { User };

export interface SignUp extends Person {
  readonly password: string;
  /** The language that he would like to be written in, such as `ko`; what is no such code is left out. */
  readonly locale?: string | undefined;
}

/** Who asks, when nobody has logged in yet. */
export interface Stranger {
  /** The client's network address. */
  readonly address: string;
  readonly idempotencyKey?: string | undefined;
  /** Of mails to him; English if left out. */
  readonly language?: Language;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly formerUsers: FormerUserDao;
  readonly passwords: PasswordHasher;
  readonly throttles: ThrottleService;
  readonly idempotency: IdempotencyService;
  readonly emailConfirmations: EmailConfirmationService;
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
  async signUp(signUp: SignUp, stranger: Stranger): Promise<User> {
    const { throttles, registrations, emailConfirmations } = this.#deps;
    if (registrations === 'closed') throw new DomainError('registrations_closed');
    await throttles.beforeSignUp(stranger.address);
    const user = await this.#insert(signUp, stranger);
    emailConfirmations.signedUp(user, stranger.language ?? 'en');
    return user;
  }

  /** @throws {DomainError} `user_not_found` */
  async find(userId: number): Promise<User> {
    const user = await this.#deps.users.findById(userId);
    if (!user) throw new DomainError('user_not_found');
    return user;
  }

  async #insert(signUp: SignUp, { address, idempotencyKey, gone }: Stranger): Promise<User> {
    const { store, users, passwords, idempotency, registrations, now } = this.#deps;
    const person = checkedPerson(signUp);
    await checkPassword(signUp.password, person);
    const hashed_password = await passwords.hash(signUp.password, {
      name: networkOf(address),
      gone,
    });
    const once = {
      key: idempotencyKey,
      scope: `sign-up ${foldKey(person.email)}`,
      request: person,
    };
    const state = registrations === 'approval' ? 'pending' : 'active';
    const locale = localeOf(signUp.locale);
    const standing = { hashed_password, state, role: 'user', locale } as const;
    return store.write(async (tx) => {
      const create = () => insertUser(tx, this.#deps, person, { ...standing, created_at: now() });
      const id = await idempotency.once(tx, once, create);
      const user = await users.findById(id, tx);
      if (!user) throw new DomainError('user_not_found');
      return user;
    });
  }
}

/** Clients send the language of the device, or nothing of use: nobody is refused for it. */
function localeOf(text = ''): string | null {
  return languageCode(text.replaceAll('_', '-')) ?? null;
}
