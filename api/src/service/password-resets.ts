/** Forgotten passwords: a mail with a link, and another password for whoever comes with it. */
import type { Store } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { SessionDao } from '../model/sessions.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError, type Language } from './errors.ts';
import { writeMail } from './mail-texts.ts';
import { givePassword } from './new-passwords.ts';
import { postNotice } from './notices.ts';
import { findCode, issueCode, useCode } from './one-time-codes.ts';
import type { MailRoom } from './outbox.ts';
import { checkPassword } from './password-policy.ts';
import type { PasswordHasher } from './passwords.ts';
import type { Clock, Mail } from './ports.ts';
import type { SessionService } from './sessions.ts';
import { foldKey } from './text.ts';
import type { ThrottleService } from './throttles.ts';

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly sessions: SessionDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly sessionService: SessionService;
  readonly passwords: PasswordHasher;
  readonly throttles: ThrottleService;
  readonly mailRoom: MailRoom | undefined;
  readonly now: Clock;
}

export interface ForgottenPassword {
  readonly email: string;
  /** The client's network address. */
  readonly address: string;
  /** Of the mail, when its reader has chosen none. */
  readonly language: Language;
}

export interface NewPassword {
  readonly code: string;
  readonly password: string;
  /** Of the notice, when its reader has chosen none. */
  readonly language: Language;
}

/** How long a link is good for. */
const CODE_MS = 3_600_000;

export class PasswordResetService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Has a link sent to this address, if somebody has signed up with it. The answer, and the time
   * that it takes, are the same if nobody has.
   *
   * @throws {DomainError} `mail_unavailable`, `too_many_attempts`
   */
  async forgot({ email, address, language }: ForgottenPassword): Promise<void> {
    const { mailRoom, throttles } = this.#deps;
    if (!mailRoom) throw new DomainError('mail_unavailable');
    await throttles.beforeMail(address);
    mailRoom.outbox.post('password reset', () => this.#makeMail(mailRoom, email, language));
  }

  /**
   * Gives somebody the password that he has chosen and ends all his sessions. The code is used up
   * only then: after a password that is refused it can be tried again.
   *
   * @throws {DomainError} `code_invalid`, `busy`, what is wrong with the password
   */
  async reset({ code, password, language }: NewPassword): Promise<void> {
    const { users, oneTimeCodes, passwords, now, sessionService, mailRoom } = this.#deps;
    const found = await findCode(oneTimeCodes, code, 'password', now());
    const user = await users.findById(found.user_id);
    if (!user) throw new DomainError('code_invalid');
    await checkPassword(password, user);
    const hash = await passwords.hash(password);
    sessionService.forget(await this.#change(found, hash));
    postNotice(mailRoom, 'password changed', user, language);
  }

  async #makeMail(
    { site }: MailRoom,
    email: string,
    fallback: Language,
  ): Promise<Mail | undefined> {
    const { store, users, oneTimeCodes, throttles, now } = this.#deps;
    const user = await users.findByEmailKey(foldKey(email));
    if (!user || user.state === 'suspended') return undefined;
    if (!(await throttles.mayMailTo(user.id))) return undefined;
    const terms = { purpose: 'password', expiresAt: now() + CODE_MS } as const;
    const code = await store.write((tx) => issueCode(tx, oneTimeCodes, user, terms));
    return writeMail('password reset', user, { site, code, fallback });
  }

  /** @returns the sessions that have ended by it */
  #change(found: Awaited<ReturnType<typeof findCode>>, hashed_password: string): Promise<string[]> {
    const { store, users, oneTimeCodes, now } = this.#deps;
    return store.write(async (tx) => {
      const user = await useCode(tx, oneTimeCodes, found, await users.lock(tx, found.user_id));
      if (user.state === 'suspended') throw new DomainError('code_invalid');
      // Whoever has the code has read the mail.
      const email_confirmed_at = user.email_confirmed_at ?? now();
      await users.update(tx, user.id, { email_confirmed_at }, now());
      return givePassword(tx, this.#deps, { userId: user.id, hashed_password });
    });
  }
}
