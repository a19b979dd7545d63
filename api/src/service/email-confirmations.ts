/** Whether an e-mail address is that of whoever signed up with it: a mail with a link tells. */
import type { Store } from '../model/database.ts';
import type { OneTimeCodeDao } from '../model/one-time-codes.ts';
import type { User, UserDao } from '../model/users.ts';
import { DomainError, type Language } from './errors.ts';
import { writeMail } from './mail-texts.ts';
import { findCode, issueCode, useCode } from './one-time-codes.ts';
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

/** How long a link is good for. */
const CODE_MS = 3 * 24 * 3_600_000;

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
   * Confirms the address that the code was sent to.
   *
   * @throws {DomainError} `code_invalid`
   */
  async confirm(code: string): Promise<void> {
    const { store, users, oneTimeCodes, now } = this.#deps;
    const found = await findCode(oneTimeCodes, code, 'email', now());
    await store.write(async (tx) => {
      const user = await useCode(tx, oneTimeCodes, found, await users.lock(tx, found.user_id));
      const email_confirmed_at = user.email_confirmed_at ?? now();
      await users.update(tx, user.id, { email_confirmed_at }, now());
      await oneTimeCodes.deleteAllOf(tx, user.id, 'email');
    });
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
    const terms = { purpose: 'email', expiresAt: now() + CODE_MS } as const;
    const code = await store.write((tx) => issueCode(tx, oneTimeCodes, user, terms));
    return writeMail('e-mail confirmation', user, { site, code, fallback });
  }
}
