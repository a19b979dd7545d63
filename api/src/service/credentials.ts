/** Who can tell his password: asked for at every log-in, and before what cannot be undone. */
import type { Tx } from '../model/database.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import { foldKey } from './text.ts';
import { networkOf, type ThrottleService } from './throttles.ts';

export interface LogIn {
  readonly email: string;
  readonly password: string;
  /** The client's network address. */
  readonly address: string;
  /** Aborted when he does not wait for the answer any more. */
  readonly gone?: AbortSignal | undefined;
}

/** Somebody who has told his password. */
export interface Proof {
  /** As he was then. */
  readonly user: User;
  /** What to store instead of his hash, when that is outdated. */
  readonly newHash: string | undefined;
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
   * @param act returns undefined when {@link Credentials.holds} said no
   * @throws {DomainError} `wrong_credentials`, `too_many_attempts`, `busy`, `account_pending`,
   *   `account_suspended`
   */
  async prove<T>(logIn: LogIn, act: (proof: Proof) => Promise<T | undefined>): Promise<T> {
    const { users, passwords, throttles } = this.#deps;
    const { email, password, address, gone } = logIn;
    const emailKey = foldKey(email);
    const attempt = await throttles.beforeLogIn(address, emailKey);

    for (;;) {
      const user = await users.findByEmailKey(emailKey);
      const isRight = await passwords.verify(password, user?.hashed_password, {
        name: networkOf(address),
        gone,
      });
      if (!user || !isRight) throw new DomainError('wrong_credentials');
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
