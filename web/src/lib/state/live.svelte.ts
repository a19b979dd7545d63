/** What happens elsewhere, as it happens: through streaming, and by asking now and then where that fails. */
import type { StreamEvent, StreamingClient, Subscription } from '#lib/api/streaming.ts';
import { untrack } from 'svelte';
import { keepTweet } from './tweets.svelte.ts';
import { type Entry, knownPages, type Pages } from './pages.svelte.ts';
import { isPosting } from './post-tweet.ts';
import { forgetTweet } from './tweet-actions.ts';
import { news } from './news.svelte.ts';
import { isOnline } from './online.svelte.ts';
import { session } from './session.svelte.ts';

/** While nothing streams. */
const POLL_MS = 20_000;
/** The page comes first. */
const PAGE_FIRST_MS = 1000;
/** Notifications come in swarms: they are read once for all that came within this time. */
const NOTICES_MS = 300;

/** What tells of new entries by itself. The home timeline and notifications always do. */
export type Stream =
  | { readonly kind: 'home' | 'notifications' }
  | { readonly kind: 'public' }
  | { readonly kind: 'tag'; readonly tag: string }
  | { readonly kind: 'list'; readonly list: string };

class Live {
  /** Whether events come by themselves. */
  isStreaming = $state(false);
  #client = $state.raw<StreamingClient>();
  /** Timelines that are looked at. */
  readonly #watched = new Set<Pages<Entry>>();

  /** Follows what happens to whoever has this token. @returns the end of that */
  follow(token: string | undefined): () => void {
    let hasEnded = false;
    const timer = setInterval(() => void this.#poll(), POLL_MS);
    const wake = () => void this.#poll(true);
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    if (token !== undefined) {
      void news.count();
      // Where it cannot be loaded, asking now and then remains.
      this.#stream(token, () => hasEnded).catch(() => {});
    }
    return () => {
      hasEnded = true;
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
    untrack(() => {
      if (stream.kind !== 'home' && pages.items.length > 0) void this.#poll(true);
    });
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

  /** @param hasEnded whether nobody follows any more */
  async #stream(token: string, hasEnded: () => boolean): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, PAGE_FIRST_MS));
    const { openStreams } = await import('#lib/api/streaming.ts');
    if (hasEnded()) return;
    const client = openStreams(token, (isOpen) => {
      this.isStreaming = isOpen && !hasEnded();
      // What came while nothing streamed.
      if (this.isStreaming) void this.#poll(true);
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
  subscription: Subscription,
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
    lookingForNotices ??= setTimeout(lookForNotices, NOTICES_MS);
  }
}

let lookingForNotices: ReturnType<typeof setTimeout> | undefined;

/** What came may belong to a group that is shown: the server knows. */
function lookForNotices(): void {
  lookingForNotices = undefined;
  for (const name of ['notifications', 'mentions']) {
    // Where it cannot be read now, it is when somebody looks.
    knownPages(name)
      ?.lookForNewer()
      .catch(() => {});
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
