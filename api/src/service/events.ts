/** What has happened, for whoever wants to know: streams, for one. Told after it is stored. */
import type { NotificationKind } from '../model/schema.ts';
import type { Tweet } from '../model/tweets.ts';
import type { Log } from './ports.ts';

export type DomainEvent =
  | { readonly kind: 'tweet posted' | 'tweet edited' | 'tweet deleted'; readonly tweet: Tweet }
  | {
      readonly kind: 'notified';
      readonly notificationId: number;
      readonly userId: number;
      readonly about: NotificationKind;
    }
  /** Whom he follows, mutes or blocks, or who blocks him. */
  | { readonly kind: 'relations changed'; readonly userId: number }
  | { readonly kind: 'filters changed'; readonly userId: number }
  /** What a person says of himself. */
  | { readonly kind: 'profile changed'; readonly userId: number };

type Listener = (event: DomainEvent) => void;

/** Tells everybody in this process. */
export class Events {
  readonly #listeners = new Set<Listener>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** To be called once what happened is stored. A listener that fails harms nobody. */
  publish(event: DomainEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        this.#log.warn({ err: error, event: event.kind }, 'an event was not taken');
      }
    }
  }

  /** @returns ends it */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
