/** Another e-mail address. Where mails are sent, whoever has it says yes first. */
import type { Store, Tx } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { UserDao } from '../model/users.ts';
import type { Credentials, Proof, TypedPassword } from './credentials.ts';
import { DomainError, type Language } from './errors.ts';
import { writeMail } from './mail-texts.ts';
import { giveEmail } from './new-emails.ts';
import { EMAIL_CODE_MS, issueCode } from './one-time-codes.ts';
import type { MailRoom } from './outbox.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import { emailText, foldKey } from './text.ts';
import type { ThrottleService } from './throttles.ts';

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly credentials: Credentials;
  readonly throttles: ThrottleService;
  readonly mailRoom: MailRoom | undefined;
  readonly now: Clock;
}

export interface EmailChange extends TypedPassword {
  /** The address that he would like to have. */
  readonly email: string;
  /** Of the mail, when he has chosen none. */
  readonly language: Language;
}

export class EmailChangeService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Gives somebody another e-mail address: at once where no mails are sent; elsewhere a link is sent
   * to it, and nothing changes until that is followed (see {@link EmailConfirmationService.confirm}).
   *
   * @returns whether it has changed already
   * @throws {DomainError} `password_wrong`, `email_invalid`, `email_taken`, `too_many_attempts`,
   *   `busy`
   */
  async change({ userId }: Viewer, change: EmailChange): Promise<boolean> {
    const { credentials, mailRoom } = this.#deps;
    const email = emailText(change.email);
    return credentials.proveAgain(userId, change, (proof) =>
      mailRoom
        ? this.#ask(mailRoom, proof, email, change.language)
        : this.#store.write((tx) => this.#changeNow(tx, proof, email)),
    );
  }

  get #store(): Store {
    return this.#deps.store;
  }

  async #changeNow(tx: Tx, proof: Proof, email: string): Promise<true | undefined> {
    const { credentials } = this.#deps;
    if (!(await credentials.holds(tx, proof))) return undefined;
    await giveEmail(tx, this.#deps, { userId: proof.user.id, email, isConfirmed: false });
    return true;
  }

  /** @returns false, for it has not changed yet */
  async #ask(
    { outbox, site }: MailRoom,
    proof: Proof,
    email: string,
    fallback: Language,
  ): Promise<false | undefined> {
    const { throttles } = this.#deps;
    const { user } = proof;
    await throttles.beforeMailBy(user.id);
    const code = await this.#store.write((tx) => this.#issue(tx, proof, email));
    if (code === undefined) return undefined;
    const { username, locale } = user;
    outbox.post('e-mail change', async () =>
      writeMail('e-mail change', { email, username, locale }, { site, code, fallback }),
    );
    return false;
  }

  async #issue(tx: Tx, proof: Proof, newEmail: string): Promise<string | undefined> {
    const { users, oneTimeCodes, credentials, now } = this.#deps;
    const { user } = proof;
    if (!(await credentials.holds(tx, proof))) return undefined;
    const owner = await users.findByEmailKey(foldKey(newEmail), tx);
    if (owner && owner.id !== user.id) throw new DomainError('email_taken');
    // A link to another address that he has thought better of.
    await oneTimeCodes.deleteAllOf(tx, user.id, 'email');
    const terms = { purpose: 'email', expiresAt: now() + EMAIL_CODE_MS, newEmail } as const;
    return issueCode(tx, oneTimeCodes, user, terms);
  }
}
