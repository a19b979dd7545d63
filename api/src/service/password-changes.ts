/** Choosing another password, for whoever can tell the one that he has. */
import type { Store } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { SessionDao } from '../model/sessions.ts';
import type { User, UserDao } from '../model/users.ts';
import type { Credentials, Proof, TypedPassword } from './credentials.ts';
import type { Language } from './errors.ts';
import { givePassword } from './new-passwords.ts';
import { postNotice } from './notices.ts';
import type { MailRoom } from './outbox.ts';
import { checkPassword } from './password-policy.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock } from './ports.ts';
import type { SessionService, Viewer } from './sessions.ts';

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly sessions: SessionDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly sessionService: SessionService;
  readonly credentials: Credentials;
  readonly passwords: PasswordHasher;
  readonly mailRoom: MailRoom | undefined;
  readonly now: Clock;
}

/** The password that he has is `password`. */
export interface PasswordChange extends TypedPassword {
  readonly newPassword: string;
  /** Of the notice, when its reader has chosen none. */
  readonly language: Language;
}

export class PasswordChangeService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Gives somebody the password that he has chosen. All his other sessions end, and he is told by
   * mail.
   *
   * @throws {DomainError} `password_wrong`, `too_many_attempts`, `busy`, what is wrong with the new
   *   password
   */
  async change(viewer: Viewer, change: PasswordChange): Promise<void> {
    const { credentials, sessionService, mailRoom } = this.#deps;
    const { user, ended } = await credentials.proveAgain(viewer.userId, change, (proof) =>
      this.#store(viewer, proof, change.newPassword),
    );
    sessionService.forget(ended);
    postNotice(mailRoom, 'password changed', user, change.language);
  }

  async #store(
    { jti: but }: Viewer,
    proof: Proof,
    password: string,
  ): Promise<{ user: User; ended: string[] } | undefined> {
    const { store, credentials, passwords } = this.#deps;
    const { user } = proof;
    await checkPassword(password, user);
    const hashed_password = await passwords.hash(password);
    return store.write(async (tx) => {
      if (!(await credentials.holds(tx, proof))) return undefined;
      const given = { userId: user.id, hashed_password, but };
      return { user, ended: await givePassword(tx, this.#deps, given) };
    });
  }
}
