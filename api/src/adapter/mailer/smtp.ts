/** Mails over SMTP. */
import { createTransport } from 'nodemailer';
import type { MailConfig } from '../../config.ts';
import { MailRefused } from '../../service/errors.ts';
import type { Mail, Mailer } from '../../service/ports.ts';

const CONNECT_MS = 10_000;
const SILENCE_MS = 30_000;
const CONNECTIONS = 2;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export class SmtpMailer implements Mailer {
  readonly #transport: ReturnType<typeof transportTo>;
  readonly #from: string;

  constructor({ smtpUrl, from }: Pick<MailConfig, 'smtpUrl' | 'from'>) {
    this.#transport = transportTo(new URL(smtpUrl));
    this.#from = from;
  }

  async send({ to, subject, text, language }: Mail): Promise<void> {
    try {
      await this.#transport.sendMail({
        // As objects: what stands in them is never taken apart into several addresses.
        from: { name: 'Minitter', address: this.#from },
        to: { name: '', address: to },
        subject,
        text,
        // No out-of-office reply, please (RFC 3834).
        headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
      });
    } catch (error) {
      throw isFinal(error) ? new MailRefused(error) : error;
    }
  }

  /** Connects and logs in, and sends nothing. @throws {Error} when it cannot */
  async check(): Promise<void> {
    await this.#transport.verify();
  }

  close(): void {
    this.#transport.close();
  }
}

function transportTo({ protocol, hostname, port, username, password }: URL) {
  const secure = protocol === 'smtps:';
  const auth = username !== '' && {
    auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
  };
  return createTransport({
    pool: true,
    maxConnections: CONNECTIONS,
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    // A password does not leave this machine in the clear.
    requireTLS: !secure && auth !== false && !LOOPBACK.test(hostname),
    ...auth,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

/** A reply of 5yz, or an address that cannot be one, will not be another next time. */
function isFinal(error: unknown): boolean {
  const { responseCode, code } = error as { responseCode?: number; code?: string };
  return responseCode === undefined ? code === 'EENVELOPE' : responseCode >= 500;
}
