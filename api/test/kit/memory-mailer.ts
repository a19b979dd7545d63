import { MailRefused } from '../../src/service/errors.ts';
import type { Mail, Mailer } from '../../src/service/ports.ts';

/** The double of a mailer; it passes the same contract tests as the real one. */
export class MemoryMailer implements Mailer {
  readonly sent: Mail[] = [];
  /** How the next mails fail, one each: for good, or for now. */
  readonly failures: ('for good' | 'for now')[] = [];

  async send(mail: Mail): Promise<void> {
    const failure = this.failures.shift();
    if (failure === 'for good') throw new MailRefused(new Error('no such mailbox'));
    if (failure === 'for now') throw new Error('the mailbox is full');
    this.sent.push({ ...mail });
  }

  close(): void {}
}
