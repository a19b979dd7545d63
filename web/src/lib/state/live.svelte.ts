/** What happens elsewhere, as it happens: through streaming, and by asking now and then where that fails. */
import { createStreamingAPIClient, type mastodon } from 'masto';
import { keepTweet } from './tweets.svelte.ts';
import { type Entry, knownPages, type Pages } from './pages.svelte.ts';
import { isPosting } from './post-tweet.ts';
import { forgetTweet } from './tweet-actions.ts';
import { news } from './news.svelte.ts';
import { isOnline } from './online.svelte.ts';
import { session } from './session.svelte.ts';

/** While nothing streams. */
const POLL_MS = 20_000;

/** A timeline that tells of new tweets by itself. The home timeline always does. */
export type Stream =
  | { readonly kind: 'home' }
  | { readonly kind: 'public' }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'list'; readonly list: string };

type StreamingClient = mastodon.streaming.Client;
type StreamEvent = mastodon.streaming.Event;

class Live {
  /** Whether events come by themselves. */
  isStreaming = $state(false);
  #client = $state.raw<StreamingClient>();
  /** Timelines that are looked at. */
  readonly #watched = new Set<Pages<Entry>>();

  /** Follows what happens to whoever has this token. @returns the end of that */
  follow(token: string | undefined): () => void {
    const timer = setInterval(() => void this.#poll(), POLL_MS);
    const wake = () => void this.#poll(true);
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    if (token !== undefined) {
      void news.count();
      this.#stream(token);
    }
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
      this.#client?.close();
      this.#client = undefined;
      this.isStreaming = false;
    };
  }

  /** Has a timeline told of what is new, while it is looked at. @returns the end of that */
  watch(stream: Stream, pages: Pages<Entry>): () => void {
    this.#watched.add(pages);
    if (stream.kind !== 'home' && pages.items.length > 0) void this.#poll(true);
    const subscription = this.#client && subscribe(this.#client, stream);
    if (subscription) void listen(subscription, (event) => takeUpdate(event, pages));
    return () => {
      this.#watched.delete(pages);
      subscription?.unsubscribe();
    };
  }

  /** @param isForced also while streaming: events may have been missed meanwhile */
  async #poll(isForced = false): Promise<void> {
    if (!isOnline() || document.visibilityState !== 'visible') return;
    if (this.isStreaming && !isForced) return;
    try {
      await Promise.all([...this.#watched].map((pages) => pages.lookForNewer()));
      if (session.isIn) await news.count();
    } catch (error) {
      session.noteExpired(error);
    }
  }

  /** The library connects again by itself, ever more slowly; here it is only noted. */
  #stream(token: string): void {
    const note = (isOpen: boolean) => {
      this.isStreaming = isOpen && this.#client === client;
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
    this.#client = client;
    void listen(client.user.subscribe(), takeOwn);
  }
}

function subscribe(client: StreamingClient, stream: Stream) {
  if (stream.kind === 'public') return client.public.subscribe();
  if (stream.kind === 'tag') return client.hashtag.subscribe({ tag: stream.tag });
  return stream.kind === 'list' ? client.list.subscribe({ list: stream.list }) : undefined;
}

async function listen(
  subscription: mastodon.streaming.Subscription,
  take: (event: StreamEvent) => void,
): Promise<void> {
  try {
    for await (const event of subscription) take(event);
  } catch {
    // Closed.
  }
}

/** What the stream of the person's own brings. */
function takeOwn(one: StreamEvent): void {
  const home = knownPages('home');
  if (home) takeUpdate(one, home);
  if (one.event === 'delete') {
    forgetTweet(one.payload);
  } else if (one.event === 'notification') {
    const notification = one.payload;
    if ('status' in notification && notification.status) keepTweet(notification.status);
    news.unread += 1;
    knownPages('notifications')?.arrived(notification);
    if (notification.type === 'mention') knownPages('mentions')?.arrived(notification);
  }
}

function takeUpdate(one: StreamEvent, pages: Pages<Entry>): void {
  if (one.event === 'status.update') {
    keepTweet(one.payload);
  } else if (one.event === 'update') {
    // What is being posted here is shown already, and gets its id when the server has answered.
    const isShown = one.payload.account.id === session.me?.id && isPosting();
    if (!isShown) pages.arrived({ id: keepTweet(one.payload) });
  }
}

export const live = new Live();
