/** The server that takes mails: whether it can be reached and lets us in. Nothing is sent. */
import type { Config } from '../../config.ts';
import { type Finding, ok, problem } from './finding.ts';

export async function checkMail({ mail }: Pick<Config, 'mail'>): Promise<readonly Finding[]> {
  if (!mail) return [ok('SMTP_URL is not set: no mails are sent.')];
  const { SmtpMailer } = await import('../../adapter/mailer/smtp.ts');
  const mailer = new SmtpMailer(mail);
  const { host } = new URL(mail.smtpUrl);
  try {
    await mailer.check();
    return [ok(`The mail server ${host} can be reached, and lets this one in.`)];
  } catch (error) {
    const reason = (error as Error).message.replace(/\.$/, '');
    return [problem(`The mail server ${host} cannot be used: ${reason}.`, 'Check SMTP_URL.')];
  } finally {
    mailer.close();
  }
}
