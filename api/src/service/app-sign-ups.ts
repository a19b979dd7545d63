/** Signing up with an app: whoever has done so is logged in with it. */
import type { App, GivenToken } from './apps.ts';
import type { AuthorizationService } from './authorizations.ts';
import { DomainError } from './errors.ts';
import type { PasswordHasher } from './passwords.ts';
import type { SignUp, Stranger, User, UserService } from './users.ts';

interface Dependencies {
  readonly userService: UserService;
  readonly authorizations: AuthorizationService;
  readonly passwords: PasswordHasher;
}

/** A new user, and a token of the app; it is good once he has been let in. */
export interface Newcomer {
  readonly user: User;
  readonly token: GivenToken;
}

export class AppSignUpService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Makes a new user and logs him in with the app.
   *
   * @throws {DomainError} as {@link UserService.signUp}
   */
  async signUp(app: App, signUp: SignUp, stranger: Stranger): Promise<Newcomer> {
    const { userService, authorizations, passwords } = this.#deps;
    const user = await userService.signUp(signUp, stranger);
    // With a key that was used before he is there already; to know the key is not to be him.
    const isHe =
      stranger.idempotencyKey === undefined ||
      (await passwords.verify(signUp.password, user.hashed_password));
    if (!isHe) throw new DomainError('idempotency_key_reused');
    return { user, token: await authorizations.begin(user.id, app) };
  }
}
