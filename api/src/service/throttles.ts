/** How often one may try: the only place that says no to somebody for coming too often. */
import { isIPv6, SocketAddress } from 'node:net';
import type { ThrottleConfig } from '../config.ts';
import { TryLaterError } from './errors.ts';
import type { CounterStore } from './ports.ts';

const HOUR_MS = 3_600_000;
/** Mails in an hour that others can have sent to somebody, or he to others. */
const MAILS_PER_USER = 3;
/** Copies of all his data that somebody gets in an hour. */
const EXPORTS_PER_USER = 3;

/** One log-in that has been let through; tell it when the password was right. */
export interface LogInAttempt {
  succeeded(): Promise<void>;
}

export class ThrottleService {
  readonly #counters: CounterStore;
  readonly #config: ThrottleConfig;

  constructor(counters: CounterStore, config: ThrottleConfig) {
    this.#counters = counters;
    this.#config = config;
  }

  /** @throws {TryLaterError} `too_many_attempts` when this address has signed up too often */
  async beforeSignUp(address: string): Promise<void> {
    await this.#limitAddress('sign-up', address, this.#config.signUpsPerAddress);
  }

  /** @throws {TryLaterError} `too_many_attempts` when this address has registered too many apps */
  async beforeApp(address: string): Promise<void> {
    await this.#limitAddress('app', address, this.#config.appsPerAddress);
  }

  /** @throws {TryLaterError} `too_many_attempts` when this address has asked for too many mails */
  async beforeMail(address: string): Promise<void> {
    await this.#limitAddress('mail', address, this.#config.mailsPerAddress);
  }

  /** Whether somebody may get one more mail that anybody can have sent to him; it is counted. */
  async mayMailTo(userId: number): Promise<boolean> {
    if (!this.#config.on) return true;
    const { count } = await this.#counters.increment(`mails:${userId}`, HOUR_MS);
    return count <= MAILS_PER_USER;
  }

  /** @throws {TryLaterError} `too_many_attempts` when this user has had too many mails sent to others */
  async beforeMailBy(userId: number): Promise<void> {
    await this.#limit(`mails-by:${userId}`, MAILS_PER_USER, HOUR_MS);
  }

  /** @throws {TryLaterError} `too_many_attempts` when this user has asked for his data too often */
  async beforeExport(userId: number): Promise<void> {
    await this.#limit(`exports:${userId}`, EXPORTS_PER_USER, HOUR_MS);
  }

  /** @throws {TryLaterError} `too_many_attempts` when this user, or this address, searches too often */
  async beforeSearch({
    viewerId,
    address,
  }: {
    readonly viewerId: number | undefined;
    readonly address: string;
  }): Promise<void> {
    const { searches } = this.#config;
    if (viewerId === undefined) await this.#limitAddress('search', address, searches);
    else await this.#limit(`search:user:${viewerId}`, searches);
  }

  /**
   * To be called before a password is looked at.
   *
   * After some wrong passwords an account pauses for 1, 2, 4, … seconds up to the configured
   * longest, for the network that they came from and no other: strangers who guess cannot lock
   * the owner out. The attempt is counted before it is known to fail, so that many at once cannot
   * slip through.
   *
   * @param accountKey what was typed as the account, whether or not it exists
   * @throws {TryLaterError} `too_many_attempts`
   */
  async beforeLogIn(address: string, accountKey: string): Promise<LogInAttempt> {
    if (!this.#config.on) return { succeeded: async () => {} };
    await this.#limitAddress('log-in', address, this.#config.logInsPerAddress);

    const subject = `${networkOf(address)}:${accountKey}`;
    const failures = `failures:${subject}`;
    const pause = `pause:${subject}`;

    const paused = await this.#counters.get(pause);
    if (paused) throw new TryLaterError('too_many_attempts', paused.leftMs);
    const { count } = await this.#counters.increment(failures, HOUR_MS);
    const pauseMs = this.#pauseAfter(count);
    if (pauseMs > 0) {
      const begun = await this.#counters.increment(pause, pauseMs);
      // Somebody else who came at the same moment has begun this pause.
      if (begun.count > 1) throw new TryLaterError('too_many_attempts', begun.leftMs);
    }

    return {
      succeeded: async () => {
        await this.#counters.delete(failures);
        await this.#counters.delete(pause);
      },
    };
  }

  /** How long an account pauses after this many attempts in a row, in milliseconds. */
  #pauseAfter(attempts: number): number {
    const { freeFailures, pauseMaxMs } = this.#config;
    return attempts < freeFailures
      ? 0
      : Math.min(1000 * 2 ** (attempts - freeFailures), pauseMaxMs);
  }

  async #limitAddress(action: string, address: string, limit: number): Promise<void> {
    await this.#limit(`${action}:${networkOf(address)}`, limit);
  }

  async #limit(key: string, limit: number, windowMs = this.#config.windowMs): Promise<void> {
    if (!this.#config.on) return;
    const { count, leftMs } = await this.#counters.increment(key, windowMs);
    if (count > limit) throw new TryLaterError('too_many_attempts', leftMs);
  }
}

/**
 * What one customer has: an IPv4 address, or the /64 network of an IPv6 address (RFC 6177 has every
 * site get at least that).
 */
export function networkOf(address: string): string {
  // In one spelling: small letters, no leading zeros, IPv4 in an IPv6 coat with dots.
  const canonical = isIPv6(address)
    ? new SocketAddress({ address, family: 'ipv6' }).address
    : address;
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/.exec(canonical)?.[1];
  if (v4) return v4;
  const [head = '', tail] = canonical.split('::');
  const front = head === '' ? [] : head.split(':');
  const back = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return [...front, ...Array.from({ length: zeros }, () => '0'), ...back].slice(0, 4).join(':');
}
