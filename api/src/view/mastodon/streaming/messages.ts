/**
 * Events as clients read them. Many hear of the same event: what it says is put into words once, and
 * once more for each way of writing it.
 */
import type { StreamEvent } from '../../../service/streams.ts';
import { presentNotification } from '../present-notification.ts';
import { presentStatus } from '../present-status.ts';
import type { Site } from '../site.ts';

interface Message {
  /** What Mastodon calls it. */
  readonly event: string;
  /** JSON, or an id; undefined where there is nothing more to say. */
  readonly payload: string | undefined;
}

/** Gone with the event. */
const written = new WeakMap<StreamEvent, Map<string, Buffer>>();

/** As a message of a WebSocket: `{"stream":["user"],"event":"update","payload":"…"}`. */
export function asMessage(event: StreamEvent, site: Site, label: readonly string[]): Buffer {
  return once(event, `${site.url} ${label.join(' ')}`, () =>
    JSON.stringify({ stream: label, ...wordsOf(event, site) }),
  );
}

/** As Server-Sent Events have it. An event without data would not be noticed by browsers. */
export function asServerSent(event: StreamEvent, site: Site): Buffer {
  return once(event, `${site.url} sse`, () => {
    const { event: name, payload = '{}' } = wordsOf(event, site);
    return `event: ${name}\ndata: ${payload}\n\n`;
  });
}

function once(event: StreamEvent, key: string, write: () => string): Buffer {
  const known = written.get(event) ?? new Map<string, Buffer>();
  written.set(event, known);
  const bytes = known.get(key) ?? Buffer.from(write());
  known.set(key, bytes);
  return bytes;
}

function wordsOf(event: StreamEvent, site: Site): Message {
  if (event.kind === 'tweet deleted') return { event: 'delete', payload: String(event.id) };
  if (event.kind === 'filters changed') return { event: 'filters_changed', payload: undefined };
  if (event.kind === 'notified') {
    const payload = JSON.stringify(presentNotification(event.view, site));
    return { event: 'notification', payload };
  }
  const name = event.kind === 'tweet posted' ? 'update' : 'status.update';
  return { event: name, payload: JSON.stringify(presentStatus(event.view, site)) };
}
