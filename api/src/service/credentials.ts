/** Who can tell his password: asked for at every log-in, and before what cannot be undone. */
import type { Tx } from '../model/database.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import { foldKey } from './text.ts';
import { networkOf, type ThrottleService } from './throttles.ts';

/** What somebody types to show that it is he. */
export interface TypedPassword {
  readonly password: string;
  /** The client's network address. */
  readonly address: string;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

export interface LogIn extends TypedPassword {
  readonly email: string;
}

/** Somebody who has told his password. */
export interface Proof {
  /** As he was then. */
  readonly user: User;
  /** What to store instead of his hash, when that is outdated. */
  readonly newHash: string | undefined;
}

/** What is done with a proof; undefined when {@link Credentials.holds} said no. */
type Act<T> = (proof: Proof) => Promise<T | undefined>;

/** Whose password it is to be. */
interface Who {
  /** What wrong passwords are counted by. */
  readonly accountKey: string;
  readonly find: () => Promise<User | undefined>;
  /** What is said when it is not his. */
  readonly otherwise: 'wrong_credentials' | 'password_wrong';
}

interface Dependencies {
  readonly users: UserDao;
  readonly passwords: PasswordHasher;
  readonly throttles: ThrottleService;
  readonly now: Clock;
}

export class Credentials {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Runs `act` for whoever has this password, and again when he has changed meanwhile.
   *
   * @throws {DomainError} `wrong_credentials`, `too_many_attempts`, `busy`, `account_pending`,
   *   `account_suspended`
   */
  async prove<T>(logIn: LogIn, act: Act<T>): Promise<T> {
    const { users } = this.#deps;
    const accountKey = foldKey(logIn.email);
    const find = () => users.findByEmailKey(accountKey);
    return this.#prove(logIn, { accountKey, find, otherwise: 'wrong_credentials' }, act);
  }

  /**
   * The same for somebody who has logged in already, before what a stolen token shall not do. Wrong
   * passwords count as they do at a log-in.
   *
   * @throws {DomainError} `password_wrong`, `too_many_attempts`, `busy`, `token_invalid` when he is
   *   gone, `account_suspended`
   */
  async proveAgain<T>(userId: number, typed: TypedPassword, act: Act<T>): Promise<T> {
    const { users } = this.#deps;
    const user = await users.findById(userId);
    if (!user) throw new DomainError('token_invalid');
    const find = () => users.findById(userId);
    const who = { accountKey: user.email_key, find, otherwise: 'password_wrong' } as const;
    return this.#prove(typed, who, act);
  }

  async #prove<T>(
    { password, address, gone }: TypedPassword,
    { accountKey, find, otherwise }: Who,
    act: Act<T>,
  ): Promise<T> {
    const { passwords, throttles } = this.#deps;
    const attempt = await throttles.beforeLogIn(address, accountKey);

    for (;;) {
      const user = await find();
      const isRight = await passwords.verify(password, user?.hashed_password, {
        name: networkOf(address),
        gone,
      });
      if (!user || !isRight) throw new DomainError(otherwise);
      await attempt.succeeded();
      if (user.state !== 'active') throw new DomainError(`account_${user.state}`);
      const newHash = passwords.isOutdated(user.hashed_password)
        ? await passwords.hash(password)
        : undefined;
      const done = await act({ user, newHash });
      if (done !== undefined) return done;
    }
  }

  /**
   * Whether password and state are still those of the proof, so that nothing outlives the password
   * that it was done with. He is locked until the unit ends; an outdated hash is replaced.
   */
  async holds(tx: Tx, { user, newHash }: Proof): Promise<boolean> {
    const { users, now } = this.#deps;
    const current = await users.lock(tx, user.id);
    const isSame =
      current?.hashed_password === user.hashed_password && current.state === user.state;
    if (isSame && newHash !== undefined) {
      await users.update(tx, user.id, { hashed_password: newHash }, now());
    }
    return isSame;
  }
}
