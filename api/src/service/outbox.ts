/** Mails on their way: nobody waits for them, and what goes wrong is tried again a few times. */
import { MailRefused } from './errors.ts';
import type { Log, Mail, Mailer } from './ports.ts';

/** How long to wait before the second try, the third, and so on. */
const RETRY_AFTER_MS = [5_000, 60_000, 600_000];
/** Mails being made, sent, or waiting; more are given up at once. */
const LIMIT = 1000;
/** Sent at once. */
const WORKERS = 2;

/** Makes a mail when its turn has come; undefined when there is nothing to send after all. */
type Make = () => Promise<Mail | undefined>;

interface Job {
  /** For the log. */
  readonly what: string;
  readonly make: Make;
  /** Made by an earlier try. */
  mail: Mail | undefined;
  failures: number;
}

/** Calls back later; returns what calls that off. */
type Later = (ms: number, act: () => void) => () => void;

/** Where mails go out and links lead; undefined on a server that sends none. */
export interface MailRoom {
  readonly outbox: Outbox;
  /** How people reach the server, without a slash at the end. */
  readonly site: string;
}

interface Dependencies {
  readonly mailer: Mailer;
  readonly log: Log;
  readonly later?: Later;
}

const byTimer: Later = (ms, act) => {
  const timer = setTimeout(act, ms).unref();
  return () => clearTimeout(timer);
};

export class Outbox {
  readonly #mailer: Mailer;
  readonly #log: Log;
  readonly #later: Later;
  readonly #ready: Job[] = [];
  /** What calls off the tries to come. */
  readonly #waiting = new Map<Job, () => void>();
  readonly #running = new Set<Promise<void>>();
  #isClosed = false;

  constructor({ mailer, log, later = byTimer }: Dependencies) {
    this.#mailer = mailer;
    this.#log = log;
    this.#later = later;
  }

  /**
   * Takes a mail and returns at once.
   *
   * @param what it is, for the log; no address and no code in it
   */
  post(what: string, make: Make): void {
    if (this.#ready.length + this.#waiting.size + this.#running.size >= LIMIT || this.#isClosed) {
      this.#log.error({ mail: what }, 'a mail was not sent: too many are waiting');
      return;
    }
    this.#enqueue({ what, make, mail: undefined, failures: 0 });
  }

  /** Resolves when nothing is being sent; mails that wait for another try are none of these. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  /** Ends after the mails that are being sent; the others are given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const left = this.#ready.splice(0).length + this.#waiting.size;
    for (const callOff of this.#waiting.values()) callOff();
    this.#waiting.clear();
    await this.idle();
    this.#mailer.close();
    if (left > 0) this.#log.warn({ mails: left }, 'mails were not sent before the stop');
  }

  #enqueue(job: Job): void {
    this.#ready.push(job);
    this.#fill();
  }

  #fill(): void {
    while (this.#running.size < WORKERS) {
      const job = this.#ready.shift();
      if (!job) return;
      const run: Promise<void> = this.#try(job).finally(() => {
        this.#running.delete(run);
        this.#fill();
      });
      this.#running.add(run);
    }
  }

  async #try(job: Job): Promise<void> {
    try {
      job.mail ??= await job.make();
      if (job.mail) await this.#mailer.send(job.mail);
    } catch (error) {
      this.#failed(job, error);
    }
  }

  #failed(job: Job, error: unknown): void {
    job.failures += 1;
    const retryMs = error instanceof MailRefused ? undefined : RETRY_AFTER_MS[job.failures - 1];
    const details = { mail: job.what, tries: job.failures, ...reasonOf(error) };
    if (retryMs === undefined || this.#isClosed) {
      this.#log.error(details, 'a mail was not sent');
      return;
    }
    this.#log.warn({ ...details, retryMs }, 'a mail was not sent yet');
    const callOff = this.#later(retryMs, () => {
      this.#waiting.delete(job);
      this.#enqueue(job);
    });
    this.#waiting.set(job, callOff);
  }
}

/** What may be logged: mail servers like to repeat addresses in their sentences. */
function reasonOf(error: unknown) {
  const cause = error instanceof MailRefused ? error.cause : error;
  const { code, responseCode, command, name } = cause as Record<string, unknown>;
  return { reason: { name, code, responseCode, command } };
}
