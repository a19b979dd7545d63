/** Timelines of tweets, by the one paginator. */
import { api, type Status } from '#lib/api/client.ts';
import { type Entry, type Pages, pagesOf, type ReadNewer, type ReadPage } from './pages.svelte.ts';
import { keepTweets } from './tweets.svelte.ts';

/** A line of a timeline: which tweet. What it says is in `tweets.svelte.ts`. */
export type Line = Entry;

/** What lists of the Mastodon API are asked by. */
export interface ListParams {
  readonly limit: number;
  readonly maxId?: string;
  readonly sinceId?: string;
}

/** An endpoint that answers a page, and its header `Link`. */
export type RawList<T> = (params: ListParams) => PromiseLike<{
  readonly headers: Headers;
  readonly data: readonly T[];
}>;

const PAGE = 20;
const NEWER = 40;

/** A timeline. @param hasNewer whether it is looked at for newer ones */
export function tweetPages(name: string, list: RawList<Status>, hasNewer = false): Pages<Line> {
  const read: ReadPage<Line> = async (maxId) => {
    const { data, headers } = await list({ limit: PAGE, ...(maxId && { maxId }) });
    return { items: linesOf(data), next: nextOf(headers) };
  };
  const readNewer: ReadNewer<Line> = async (sinceId) => {
    const { data } = await list({ limit: NEWER, sinceId });
    return { items: linesOf(data), hasGap: data.length === NEWER };
  };
  return pagesOf(name, read, hasNewer ? readNewer : undefined);
}

const linesOf = (statuses: readonly Status[]): Line[] => keepTweets(statuses).map((id) => ({ id }));

/** The `max_id` of the next page, from the header `Link`. */
export function nextOf(headers: Headers): string | undefined {
  const next = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (next === undefined) return undefined;
  const query = new URL(next, location.origin).searchParams;
  return query.get('max_id') ?? query.get('offset') ?? undefined;
}

/** The home timeline. */
export const homePages = (): Pages<Line> =>
  tweetPages('home', (params) => api().v1.timelines.home.list.$raw(params), true);

/** Everybody's. */
export const publicPages = (): Pages<Line> =>
  tweetPages('public', (params) => api().v1.timelines.public.list.$raw(params), true);

export const tagPages = (tag: string): Pages<Line> =>
  tweetPages(
    `tag/${tag.toLowerCase()}`,
    (params) => api().v1.timelines.tag.$select(tag).list.$raw(params),
    true,
  );

export const listPages = (id: string): Pages<Line> =>
  tweetPages(`list/${id}`, (params) => api().v1.timelines.list.$select(id).list.$raw(params), true);

export const bookmarkPages = (): Pages<Line> =>
  tweetPages('bookmarks', (params) => api().v1.bookmarks.list.$raw(params));

export const favouritePages = (): Pages<Line> =>
  tweetPages('favourites', (params) => api().v1.favourites.list.$raw(params));
