/**
 * The line to Redis. It is allowed to be away: whoever uses it has another way. A command waits a
 * short time; after the first that fails nobody waits any more, until Redis answers again.
 */
import type { Cluster, Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../service/ports.ts';

/** Keys that are looked at in one go; others wait for less than a millisecond. */
const KEYS_PER_SCAN = 1000;
const SCAN_TIMEOUT_MS = 10 * 60_000;

export type RedisClient = Redis | Cluster;

export interface RedisLinkOptions {
  /** `redis://` or `rediss://` addresses: one server, or several nodes of one Redis Cluster. */
  readonly urls: readonly string[];
  readonly log: Log;
  /** How long a command may take, in milliseconds. */
  readonly timeoutMs?: number;
}

/** Redis did not do what it was asked, or it is not known whether it did. */
export class RedisAway extends Error {
  constructor(cause?: unknown) {
    super('Redis is away', { cause });
    this.name = 'RedisAway';
  }
}

/** Redis does not have the script: it is not the process that was given it. */
export class ScriptUnknown extends Error {
  constructor(cause: unknown) {
    super('Redis does not know the script', { cause });
    this.name = 'ScriptUnknown';
  }
}

const TIMEOUT_MS = 150;
/** How often a Redis that is away is asked whether it is back. */
const PROBE_MS = 200;
/** So many vain attempts are worth a line in the log. */
const TELL_AFTER = 5;
const CONNECT_TIMEOUT_MS = 1000;
/** Earlier ones keep scripts across a restart, and give them to replicas: see docs/adr/0009. */
export const OLDEST_VERSION = 7;

export class RedisLink {
  readonly #client: RedisClient;
  readonly #log: Log;
  readonly #timeoutMs: number;
  #isUp = false;
  #isClosed = false;
  #probing: Promise<void> | undefined;

  private constructor(client: RedisClient, { log, timeoutMs = TIMEOUT_MS }: RedisLinkOptions) {
    this.#client = client;
    this.#log = log;
    this.#timeoutMs = timeoutMs;
    // Each failure reaches whoever asked; without a listener it would end the process as well.
    client.on('error', () => {});
    this.#probing = this.#probe();
  }

  /** Begins to connect. Redis need not be there. */
  static async open(options: RedisLinkOptions): Promise<RedisLink> {
    const link = new RedisLink(await makeClient(options.urls), options);
    // So that the first requests find it, if it is there at all.
    await Promise.race([link.#probing, sleep(CONNECT_TIMEOUT_MS, undefined, { ref: false })]);
    return link;
  }

  /** Whether it is worth while to ask. */
  get isUp(): boolean {
    return this.#isUp;
  }

  /**
   * Asks Redis for something.
   *
   * @param timeoutMs how long it may take
   * @throws {RedisAway} when it is away, or gives no answer, or an error
   * @throws {ScriptUnknown}
   */
  async run<T>(ask: (client: RedisClient) => Promise<T>, timeoutMs = this.#timeoutMs): Promise<T> {
    if (!this.#isUp) throw new RedisAway();
    try {
      return await within(timeoutMs, ask(this.#client));
    } catch (error) {
      if (isScriptUnknown(error)) throw new ScriptUnknown(error);
      this.#goDown(error);
      throw new RedisAway(error);
    }
  }

  /**
   * Gives scripts to every server that takes writes.
   *
   * @throws {RedisAway}
   */
  async loadScripts(scripts: readonly string[]): Promise<void> {
    await this.run(async () => {
      const loads = this.#servers().flatMap((server) =>
        scripts.map((script) => server.script('LOAD', script)),
      );
      await Promise.all(loads);
    });
  }

  /**
   * Deletes all keys of a pattern, some at a time: every key that there is gets looked at.
   *
   * @throws {RedisAway}
   */
  async deleteMatching(match: string): Promise<void> {
    await this.run(async () => {
      for (const server of this.#servers()) {
        for await (const keys of server.scanStream({ match, count: KEYS_PER_SCAN })) {
          for (const key of keys as string[]) await server.unlink(key);
        }
      }
    }, SCAN_TIMEOUT_MS);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#isUp = false;
    this.#client.disconnect();
    await this.#probing;
  }

  #goDown(cause: unknown): void {
    if (this.#isUp) this.#log.warn({ err: cause }, 'Redis is away: going on without it');
    this.#isUp = false;
    this.#probing ??= this.#probe();
  }

  async #probe(): Promise<void> {
    for (let failures = 0; !this.#isClosed; failures += 1) {
      try {
        await within(this.#timeoutMs, this.#check());
        if (failures >= TELL_AFTER) this.#log.warn({}, 'Redis is there now');
        this.#isUp = true;
        break;
      } catch (error) {
        // To connect takes a moment.
        if (failures === TELL_AFTER) this.#log.warn({ err: error }, 'Redis cannot be used');
        await sleep(PROBE_MS, undefined, { ref: false });
      }
    }
    this.#probing = undefined;
  }

  /** @throws {Error} unless all servers answer, and are new enough */
  async #check(): Promise<void> {
    const servers = this.#servers();
    if (servers.length === 0) throw new Error('no server of the Redis Cluster is known');
    for (const info of await Promise.all(servers.map((server) => server.info('server')))) {
      const version = /redis_version:(\d+)/.exec(info)?.[1];
      if (Number(version) < OLDEST_VERSION)
        throw new Error(`Redis ${OLDEST_VERSION} or newer is needed, this is ${version}`);
    }
  }

  #servers(): Redis[] {
    const client = this.#client;
    return 'nodes' in client ? client.nodes('master') : [client];
  }
}

/** Begins to connect, and connects again whenever it is cut off. The caller listens to its errors. */
export async function makeClient(urls: readonly string[]): Promise<RedisClient> {
  // Only for those who use it.
  const { Cluster, Redis } = await import('ioredis');
  const [url = ''] = urls;
  return urls.length > 1
    ? new Cluster([...urls], clusterOptions(url))
    : new Redis(url, { ...CONNECTION, enableOfflineQueue: false, retryStrategy: retryAfterMs });
}

/**
 * Nothing is sent twice, and nothing later than asked: a command that cannot be sent now fails now,
 * and one that was lost with its connection is lost.
 */
const CONNECTION = {
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  connectTimeout: CONNECT_TIMEOUT_MS,
};

function clusterOptions(url: string) {
  const { username, password, protocol } = new URL(url);
  return {
    enableOfflineQueue: false,
    clusterRetryStrategy: retryAfterMs,
    slotsRefreshTimeout: CONNECT_TIMEOUT_MS,
    redisOptions: {
      ...CONNECTION,
      ...(username !== '' && { username: decodeURIComponent(username) }),
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  };
}

const retryAfterMs = (attempt: number) => Math.min(50 * attempt, 500);

function isScriptUnknown(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}

/** @throws {Error} when `work` takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
