/**
 * Events by Redis's publish and subscribe: whoever is not connected at that moment never hears of
 * them, which is all that streams ask for. While Redis is away each server tells its own listeners.
 */
import type { EventBus, Log } from '../../service/ports.ts';
import { makeClient, type RedisClient, type RedisLink } from './link.ts';

export interface RedisEventBusOptions {
  /** The line on which is sent. */
  readonly link: RedisLink;
  /** Where is listened: a line that listens can do nothing else. */
  readonly urls: readonly string[];
  /** The same for all servers of one database, and for no others. */
  readonly channel: string;
  readonly log: Log;
}

/** So often it is looked whether what is sent comes back: a line can be dead without a word. */
const LOOK_MS = 5000;

export class RedisEventBus implements EventBus {
  readonly #options: RedisEventBusOptions;
  readonly #listeners = new Set<(message: string) => void>();
  readonly #client: RedisClient;
  readonly #timer: NodeJS.Timeout;
  #hasHeard = true;

  private constructor(client: RedisClient, options: RedisEventBusOptions) {
    this.#client = client;
    this.#options = options;
    // It connects again by itself; until then there is nothing to hear.
    client.on('error', () => {});
    client.on('ready', () => {
      client.subscribe(options.channel).catch(() => {});
    });
    client.on('message', (_channel: string, message: string) => this.#hear(message));
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  /** Begins to listen. Redis need not be there. */
  static async open(options: RedisEventBusOptions): Promise<RedisEventBus> {
    return new RedisEventBus(await makeClient(options.urls), options);
  }

  send(message: string): void {
    const { link, channel } = this.#options;
    if (!link.isUp) return;
    // Whether anybody has heard is not known in any case.
    link.run((client) => client.publish(channel, message)).catch(() => {});
  }

  receive(listener: (message: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#client.disconnect();
  }

  #hear(message: string): void {
    this.#hasHeard = true;
    if (message === '') return;
    for (const listener of this.#listeners) {
      try {
        listener(message);
      } catch (error) {
        this.#options.log.warn({ err: error }, 'an event of another server was not taken');
      }
    }
  }

  #look(): void {
    if (!this.#options.link.isUp) return;
    if (!this.#hasHeard) this.#client.disconnect(true);
    this.#hasHeard = false;
    this.send('');
  }
}
