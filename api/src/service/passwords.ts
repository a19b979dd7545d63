/**
 * How passwords are kept: bcrypt over base64(HMAC-SHA-384(fixed key, NFC(password))).
 *
 * bcrypt reads 72 bytes and stops at a NUL; the HMAC brings every password to 64 safe ones. Its key
 * is public, so there is no pepper to lose. See the OWASP Password Storage Cheat Sheet, "Pre-hashing
 * passwords with bcrypt". A plain `$2a$`/`$2b$` hash over the raw password (the course's own) is
 * accepted as well and replaced at log-in.
 */
import { compare, hash } from '@node-rs/bcrypt';
import { createHmac, randomBytes } from 'node:crypto';
import type { QueueLoad } from './ports.ts';
import { type Asker, WorkQueue } from './work-queue.ts';

const HMAC_KEY = 'minitter-password-v1';
const SCHEME = 'minitter-v1:';

export interface PasswordOptions {
  /** bcrypt's cost: 2^cost rounds. */
  readonly cost: number;
  /** Hashes computed at once, off the event loop. */
  readonly workers: number;
  /** Hashes that may wait. */
  readonly queue: number;
}

export class PasswordHasher {
  readonly #cost: number;
  readonly #queue: WorkQueue;
  #nobodysHash: Promise<string> | undefined;

  constructor({ cost, workers, queue }: PasswordOptions) {
    this.#cost = cost;
    this.#queue = new WorkQueue({ workers, limit: queue });
  }

  get load(): QueueLoad {
    return this.#queue.load;
  }

  /**
   * The text to store for a password.
   *
   * @throws {TryLaterError} `busy`
   */
  async hash(password: string, asker?: Asker): Promise<string> {
    const work = async () => SCHEME + (await hash(prehash(password), this.#cost));
    return this.#queue.run(work, asker);
  }

  /**
   * Whether `password` is the one behind `stored`. Without `stored` (there is no such user) it
   * works as long and says no.
   *
   * @throws {TryLaterError} `busy`
   */
  async verify(password: string, stored: string | undefined, asker?: Asker): Promise<boolean> {
    // Made for everyone alike: the first log-in must not tell by its time who exists.
    const nobodysHash = await this.#hashOfNobody();
    const against = stored ?? nobodysHash;
    const work = () =>
      against.startsWith(SCHEME)
        ? compare(prehash(password), against.slice(SCHEME.length))
        : compare(password, against);
    const isRight = await this.#queue.run(work, asker);
    return isRight && stored !== undefined;
  }

  /** Whether `stored` was made by an older scheme or with less work than is asked for now. */
  isOutdated(stored: string): boolean {
    const cost = /^\$2[aby]\$(\d\d)\$/.exec(stored.slice(SCHEME.length))?.[1];
    return !stored.startsWith(SCHEME) || Number(cost) < this.#cost;
  }

  #hashOfNobody(): Promise<string> {
    this.#nobodysHash ??= this.hash(randomBytes(16).toString('base64'));
    this.#nobodysHash.catch(() => {
      this.#nobodysHash = undefined;
    });
    return this.#nobodysHash;
  }
}

function prehash(password: string): string {
  return createHmac('sha384', HMAC_KEY).update(password.normalize('NFC')).digest('base64');
}
