/** Counts that servers share, in Redis. While it is away each server counts for itself. */
import { createHash } from 'node:crypto';
import type { Count, CounterStore } from '../../service/ports.ts';
import { RedisAway, type RedisClient, type RedisLink } from '../redis/link.ts';

const INCREMENT = `
  local count = redis.call('INCR', KEYS[1])
  if count == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
  return {count, redis.call('PTTL', KEYS[1])}`;
const GET = `return {redis.call('GET', KEYS[1]), redis.call('PTTL', KEYS[1])}`;

export class RedisCounterStore implements CounterStore {
  readonly #link: RedisLink;
  readonly #own: CounterStore;

  /** @param own counts while Redis is away; what they come to then is not added later */
  constructor(link: RedisLink, own: CounterStore) {
    this.#link = link;
    this.#own = own;
  }

  increment(key: string, ttlMs: number): Promise<Count> {
    return this.#shared(
      async (client) => {
        const [count, leftMs] = (await client.eval(INCREMENT, 1, nameOf(key), ttlMs)) as number[];
        return { count: Number(count), leftMs: Number(leftMs) };
      },
      () => this.#own.increment(key, ttlMs),
    );
  }

  get(key: string): Promise<Count | undefined> {
    return this.#shared(
      async (client) => {
        const [count, leftMs] = (await client.eval(GET, 1, nameOf(key))) as (
          | string
          | number
          | null
        )[];
        return count === null ? undefined : { count: Number(count), leftMs: Number(leftMs) };
      },
      () => this.#own.get(key),
    );
  }

  async delete(key: string): Promise<void> {
    await this.#own.delete(key);
    await this.#shared(
      async (client) => {
        await client.unlink(nameOf(key));
      },
      async () => {},
    );
  }

  async #shared<T>(
    ask: (client: RedisClient) => Promise<T>,
    otherwise: () => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#link.run(ask);
    } catch (error) {
      if (error instanceof RedisAway) return otherwise();
      throw error;
    }
  }
}

/** Addresses of people stay out of Redis, and keys are short whatever was typed. */
const nameOf = (key: string) =>
  `minitter:count:${createHash('sha256').update(key).digest('base64url')}`;
