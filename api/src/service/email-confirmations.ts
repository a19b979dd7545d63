/** Whether an e-mail address is that of whoever has given it: a mail with a link tells. */
import type { Store } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError, type Language } from './errors.ts';
import { writeMail } from './mail-texts.ts';
import { giveEmail } from './new-emails.ts';
import { postNotice } from './notices.ts';
import { EMAIL_CODE_MS, findCode, issueCode, useCode } from './one-time-codes.ts';
import type { MailRoom } from './outbox.ts';
import type { Clock, Mail } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { ThrottleService } from './throttles.ts';

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly oneTimeCodes: OneTimeCodeDao;
  readonly throttles: ThrottleService;
  readonly mailRoom: MailRoom | undefined;
  readonly now: Clock;
}

export class EmailConfirmationService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** To be told when somebody has signed up. Where no mails are sent, nothing happens. */
  signedUp({ id }: User, language: Language): void {
    this.#post(id, language);
  }

  /**
   * Sends the link once more; nothing is sent to an address that is confirmed, nor more than a few
   * mails in an hour.
   *
   * @throws {DomainError} `mail_unavailable`
   */
  sendAgain({ userId }: Viewer, language: Language): void {
    if (!this.#deps.mailRoom) throw new DomainError('mail_unavailable');
    this.#post(userId, language);
  }

  /**
   * Confirms the address that the code was sent to. If that is another one than he had, it is his
   * from now on, and the old one is told.
   *
   * @param language of that notice, when he has chosen none
   * @throws {DomainError} `code_invalid`, `email_taken`
   */
  async confirm(code: string, language: Language): Promise<void> {
    const { store, users, oneTimeCodes, mailRoom, now } = this.#deps;
    const found = await findCode(oneTimeCodes, code, 'email', now());
    const before = await store.write(async (tx) => {
      const user = await useCode(tx, oneTimeCodes, found, await users.lock(tx, found.user_id));
      const email = found.new_email ?? user.email;
      await giveEmail(tx, this.#deps, { userId: user.id, email, isConfirmed: true });
      return user;
    });
    if (found.new_email !== null) postNotice(mailRoom, 'e-mail changed', before, language);
  }

  #post(userId: number, language: Language): void {
    const { mailRoom } = this.#deps;
    mailRoom?.outbox.post('e-mail confirmation', () => this.#makeMail(mailRoom, userId, language));
  }

  async #makeMail(
    { site }: MailRoom,
    userId: number,
    fallback: Language,
  ): Promise<Mail | undefined> {
    const { store, users, oneTimeCodes, throttles, now } = this.#deps;
    const user = await users.findById(userId);
    if (!user || user.email_confirmed_at !== null) return undefined;
    if (!(await throttles.mayMailTo(user.id))) return undefined;
    const terms = { purpose: 'email', expiresAt: now() + EMAIL_CODE_MS } as const;
    const code = await store.write((tx) => issueCode(tx, oneTimeCodes, user, terms));
    return writeMail('e-mail confirmation', user, { site, code, fallback });
  }
}
