/**
 * `Idempotency-Key`: a client that did not hear the answer may ask again without doing the thing
 * twice. The key is stored in the transaction that creates, so there is no moment between.
 */
import { createHash } from 'node:crypto';
import { RetryUnit, type Tx, UniqueViolation } from '../model/database.ts';
import type { IdempotencyKeyDao } from '../model/idempotency-keys.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';

/** How long a key is remembered. */
export const IDEMPOTENCY_KEY_MS = 24 * 3_600_000;

const KEY = /^[\x21-\x7e]{1,255}$/;

/** What is to be done once. */
export interface OnceOnly {
  /** What the client sent; without it the thing is simply done. */
  readonly key: string | undefined;
  /** Who asks, and for what: keys of different scopes never meet. */
  readonly scope: string;
  /** What he asks for; the same key with something else is refused. No secrets in it. */
  readonly request: unknown;
}

export class IdempotencyService {
  readonly #keys: IdempotencyKeyDao;
  readonly #now: Clock;

  constructor(keys: IdempotencyKeyDao, now: Clock) {
    this.#keys = keys;
    this.#now = now;
  }

  /**
   * Runs `create` unless this key has been used before.
   *
   * @returns the id of what was created, now or then
   * @throws {DomainError} `idempotency_key_invalid`, `idempotency_key_reused`
   */
  async once(
    tx: Tx,
    { key, scope, request }: OnceOnly,
    create: () => Promise<number>,
  ): Promise<number> {
    if (key === undefined) return create();
    if (!KEY.test(key)) throw new DomainError('idempotency_key_invalid');
    const key_hash = sha256(JSON.stringify([scope, key]));
    const fingerprint = sha256(JSON.stringify(request));

    const used = await this.#keys.find(tx, key_hash);
    if (used) {
      if (used.fingerprint !== fingerprint) throw new DomainError('idempotency_key_reused');
      return used.result_id;
    }
    const result_id = await create();
    try {
      await this.#keys.insert(tx, { key_hash, fingerprint, result_id, created_at: this.#now() });
    } catch (error) {
      // A neighbour came first with the same key: run again, and find what it made.
      throw error instanceof UniqueViolation ? new RetryUnit(error) : error;
    }
    return result_id;
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
