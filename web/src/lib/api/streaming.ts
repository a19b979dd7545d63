/** The streams of the Mastodon API. Loaded when the page stands: nobody waits for it. */
import { createStreamingAPIClient, type mastodon } from 'masto';

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
  return createStreamingAPIClient({
    streamingApiUrl: location.origin.replace(/^http/, 'ws'),
    accessToken: token,
    implementation: Watched,
  });
}
