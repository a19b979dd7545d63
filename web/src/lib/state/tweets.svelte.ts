/**
 * Each tweet once, wherever it is shown: a favourite given in one place shows in all. Timelines hold
 * ids; this holds what they mean.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { Status } from '#lib/api/client.ts';

const statuses = new SvelteMap<string, Status>();

/** The newest that is known of a tweet; undefined once it has been deleted. */
export const tweetOf = (id: string): Status | undefined => statuses.get(id);

/** Takes what the server has said. @returns the ids, in the same order */
export function keepTweets(list: readonly Status[]): string[] {
  return list.map((status) => keepTweet(status));
}

export function keepTweet(status: Status): string {
  if (status.reblog) statuses.set(status.reblog.id, status.reblog);
  statuses.set(status.id, status);
  return status.id;
}

/** Changes a tweet at once; what the server says comes later. */
export function patchTweet(id: string, change: Partial<Status>): void {
  const status = statuses.get(id);
  if (status) statuses.set(id, { ...status, ...change });
}

export function dropTweet(id: string): void {
  statuses.delete(id);
}

export function forgetTweets(): void {
  statuses.clear();
}
