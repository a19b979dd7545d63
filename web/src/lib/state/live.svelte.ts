/** What happens elsewhere, as it happens: through streaming, and by asking now and then where that fails. */
import { createStreamingAPIClient } from 'masto';
import { keepTweet } from './tweets.svelte.ts';
import { homePages, knownPages } from './pages.svelte.ts';
import { forgetTweet } from './tweet-actions.ts';
import { news } from './news.svelte.ts';
import { isOnline } from './online.svelte.ts';
import { session } from './session.svelte.ts';

/** While nothing streams. */
const POLL_MS = 20_000;

class Live {
  /** Whether events come by themselves. */
  isStreaming = $state(false);
  #stop: (() => void) | undefined;

  /** Follows what happens to whoever has this token. @returns the end of that */
  follow(token: string | undefined): () => void {
    let hasEnded = false;
    const timer = setInterval(() => void this.#poll(), POLL_MS);
    const wake = () => {
      if (document.visibilityState === 'visible') void this.#poll(true);
    };
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    if (token !== undefined) {
      void news.count();
      void this.#stream(token, () => hasEnded);
    }
    return () => {
      hasEnded = true;
      clearInterval(timer);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      this.#stop?.();
      this.isStreaming = false;
    };
  }

  /** @param isForced also while streaming: events may have been missed meanwhile */
  async #poll(isForced = false): Promise<void> {
    if (!isOnline() || document.visibilityState !== 'visible') return;
    if (this.isStreaming && !isForced) return;
    try {
      await knownPages('public')?.lookForNewer();
      if (!session.isIn) return;
      await knownPages('home')?.lookForNewer();
      await news.count();
    } catch (error) {
      session.noteExpired(error);
    }
  }

  /** The library connects again by itself, ever more slowly; here it is only noted. */
  async #stream(token: string, hasEnded: () => boolean): Promise<void> {
    const note = (isOpen: boolean) => {
      this.isStreaming = isOpen && !hasEnded();
      // What came while nothing streamed.
      if (this.isStreaming) void this.#poll(true);
    };
    class Watched extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        super(url, protocols);
        this.addEventListener('open', () => note(true));
        this.addEventListener('close', () => note(false));
      }
    }
    const client = createStreamingAPIClient({
      streamingApiUrl: location.origin.replace(/^http/, 'ws'),
      accessToken: token,
      implementation: Watched,
    });
    this.#stop = () => client.close();
    try {
      for await (const event of client.user.subscribe()) take(event as unknown as StreamEvent);
    } catch {
      // Closed.
    }
  }
}

interface StreamEvent {
  readonly event: string;
  readonly payload: unknown;
}

function take({ event, payload }: StreamEvent): void {
  if (event === 'update') {
    const status = payload as Parameters<typeof keepTweet>[0];
    const isMine = status.account.id === session.me?.id;
    if (!isMine) homePages().arrived({ id: keepTweet(status) });
  } else if (event === 'status.update') {
    keepTweet(payload as Parameters<typeof keepTweet>[0]);
  } else if (event === 'delete') {
    forgetTweet(String(payload));
  } else if (event === 'notification') {
    news.unread += 1;
    knownPages('notifications')?.arrived(payload as never);
  }
}

export const live = new Live();
