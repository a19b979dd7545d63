/** What happens on any of the servers, for those who listen on this one. */
import { randomUUID } from 'node:crypto';
import type { DomainEvent, Events } from './events.ts';
import type { EventBus, Log } from './ports.ts';
import type { TweetTrace } from './stream-audience.ts';

/** What has happened, without what was said: whoever needs that reads it. */
export type EventTrace =
  | { readonly kind: 'tweet posted' | 'tweet edited' | 'tweet deleted'; readonly tweet: TweetTrace }
  | { readonly kind: 'notified'; readonly notificationId: number; readonly userId: number }
  | { readonly kind: 'filters changed'; readonly userId: number };

interface Letter {
  /** The server that it came from. */
  readonly from: string;
  readonly event: EventTrace;
}

interface Dependencies {
  readonly events: Events;
  /** Undefined where there is but one server. */
  readonly bus: EventBus | undefined;
  readonly log: Log;
}

export class EventRelay {
  readonly #deps: Dependencies;
  readonly #self = randomUUID();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** @returns ends it */
  listen(listener: (event: EventTrace) => void): () => void {
    const { events, bus } = this.#deps;
    const enders = [
      events.subscribe((event) => {
        const trace = traceOf(event);
        if (!trace) return;
        listener(trace);
        bus?.send(JSON.stringify({ from: this.#self, event: trace } satisfies Letter));
      }),
      bus?.receive((text) => {
        const letter = this.#read(text);
        if (letter && letter.from !== this.#self) listener(letter.event);
      }),
    ];
    return () => {
      for (const end of enders) end?.();
    };
  }

  #read(text: string): Letter | undefined {
    try {
      return JSON.parse(text) as Letter;
    } catch (error) {
      this.#deps.log.warn({ err: error }, 'an event of another server cannot be read');
      return undefined;
    }
  }
}

/** Undefined for what no stream tells of. */
function traceOf(event: DomainEvent): EventTrace | undefined {
  if ('tweet' in event) {
    const { id, user_id, visibility, reply_to_user_id } = event.tweet;
    return { kind: event.kind, tweet: { id, user_id, visibility, reply_to_user_id } };
  }
  if (event.kind === 'notified') {
    const { kind, notificationId, userId } = event;
    return { kind, notificationId, userId };
  }
  return event.kind === 'filters changed' ? event : undefined;
}
