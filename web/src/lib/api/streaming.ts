/**
 * The streams of the Mastodon API. Loaded when the page stands: nobody waits for it. So it is put together from
 * masto's parts here: masto's own `createStreamingAPIClient` is in one file with what each page begins with.
 */
import type { mastodon } from 'masto';
import { createActionProxy } from 'masto/adapters/action/proxy.js';
import { WebSocketActionDispatcher } from 'masto/adapters/action/dispatcher-ws.js';
import { WebSocketConfigImpl } from 'masto/adapters/config/web-socket-config.js';
import { createLogger } from 'masto/adapters/logger/factory.js';
import { SerializerNativeImpl } from 'masto/adapters/serializers/serializer-native-impl.js';
import { WebSocketConnectorImpl } from 'masto/adapters/ws/web-socket-connector.js';
import { WebSocketSubscriptionCounterImpl } from 'masto/adapters/ws/web-socket-subscription-counter.js';

export type StreamingClient = mastodon.streaming.Client;
export type StreamEvent = mastodon.streaming.Event;
export type Subscription = mastodon.streaming.Subscription;

/** The library connects again by itself, ever more slowly. @param note is told when a connection opens or closes */
export function openStreams(token: string, note: (isOpen: boolean) => void): StreamingClient {
  class Watched extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', () => note(true));
      this.addEventListener('close', () => note(false));
    }
  }
  const serializer = new SerializerNativeImpl();
  const log = createLogger();
  return createActionProxy<StreamingClient>(
    new WebSocketActionDispatcher(
      connect(token, Watched, serializer, log),
      new WebSocketSubscriptionCounterImpl(),
      serializer,
      log,
    ),
  );
}

function connect(
  accessToken: string,
  implementation: typeof WebSocket,
  serializer: SerializerNativeImpl,
  log: ReturnType<typeof createLogger>,
): WebSocketConnectorImpl {
  const streamingApiUrl = location.origin.replace(/^http/, 'ws');
  const config = new WebSocketConfigImpl({ streamingApiUrl, accessToken }, serializer);
  const constructorParameters: [URL, string[]] = [
    config.resolvePath('/api/v1/streaming'),
    config.getProtocols(),
  ];
  return new WebSocketConnectorImpl(
    { constructorParameters, implementation, maxAttempts: config.getMaxAttempts() },
    log,
  );
}
