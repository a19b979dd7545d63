/** What a person does with tweets: it shows at once, and is taken back when the server refuses. */
import { api, type Client, type Status } from '#lib/api/client.ts';
import { t } from '#lib/i18n/index.svelte.ts';
import { allPages } from './pages.svelte.ts';
import { complain, say } from './toasts.svelte.ts';
import { dropTweet, keepTweet, patchTweet, tweetOf } from './tweets.svelte.ts';

type StatusClient = ReturnType<Client['v1']['statuses']['$select']>;

/** Shows a change, asks the server, and shows what was before if that fails. */
async function optimistic(
  status: Status,
  change: Partial<Status>,
  call: (client: StatusClient) => Promise<Status>,
): Promise<void> {
  const before: Partial<Status> = {};
  for (const key of Object.keys(change) as (keyof Status)[]) {
    Object.assign(before, { [key]: status[key] });
  }
  patchTweet(status.id, change);
  try {
    const answer = await call(api().v1.statuses.$select(status.id));
    keepTweet(answer);
  } catch (error) {
    patchTweet(status.id, before);
    complain(error);
  }
}

const oneMore = (n: number, isOn: boolean) => Math.max(0, n + (isOn ? 1 : -1));

export function toggleFavourite(status: Status): Promise<void> {
  const favourited = !status.favourited;
  const favouritesCount = oneMore(status.favouritesCount, favourited);
  return optimistic(status, { favourited, favouritesCount }, (client) =>
    favourited ? client.favourite() : client.unfavourite(),
  );
}

export function toggleReblog(status: Status): Promise<void> {
  const reblogged = !status.reblogged;
  const reblogsCount = oneMore(status.reblogsCount, reblogged);
  return optimistic(status, { reblogged, reblogsCount }, async (client) => {
    const answer = await (reblogged ? client.reblog() : client.unreblog());
    return answer.reblog ?? answer;
  });
}

export function toggleBookmark(status: Status): Promise<void> {
  const bookmarked = !status.bookmarked;
  return optimistic(status, { bookmarked }, (client) =>
    bookmarked ? client.bookmark() : client.unbookmark(),
  );
}

export function togglePin(status: Status): Promise<void> {
  const pinned = !status.pinned;
  return optimistic(status, { pinned }, (client) => (pinned ? client.pin() : client.unpin()));
}

export function toggleMute(status: Status): Promise<void> {
  const muted = !status.muted;
  return optimistic(status, { muted }, (client) => (muted ? client.mute() : client.unmute()));
}

/** @returns whether it is gone */
export async function deleteTweet(status: Status): Promise<boolean> {
  try {
    await api().v1.statuses.$select(status.id).remove();
  } catch (error) {
    complain(error);
    return false;
  }
  forgetTweet(status.id);
  say(t().deleted);
  return true;
}

/** Somebody has deleted it. */
export function forgetTweet(id: string): void {
  for (const [, pages] of allPages()) {
    for (const line of pages.items) {
      if (line.id === id || tweetOf(line.id)?.reblog?.id === id) pages.remove(line.id);
    }
  }
  dropTweet(id);
}

export async function copyLink(status: Status): Promise<void> {
  try {
    await navigator.clipboard.writeText(status.url ?? status.uri);
    say(t().copied);
  } catch (error) {
    complain(error);
  }
}
