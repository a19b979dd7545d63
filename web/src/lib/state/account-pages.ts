/** Lists about one person, and lists of people. */
import { type Account, api } from '#lib/api/client.ts';
import { type Pages, pagesOf, type ReadPage } from './pages.svelte.ts';
import { learnRelations } from './people.svelte.ts';
import { type Line, nextOf, type RawList, tweetPages } from './timelines.ts';

export type ProfilePart = 'tweets' | 'replies' | 'media';

const WANTED = {
  tweets: { excludeReplies: true },
  replies: { excludeReplies: false },
  media: { onlyMedia: true },
} as const;

/** A person's tweets: without answers, with them, or those with pictures. */
export function accountPages(id: string, part: ProfilePart): Pages<Line> {
  return tweetPages(`account/${id}/${part}`, (params) =>
    api()
      .v1.accounts.$select(id)
      .statuses.list.$raw({ ...params, ...WANTED[part] }),
  );
}

/** What a person wants to be read first: few enough for one page. */
export function pinnedPages(id: string): Pages<Line> {
  return tweetPages(`account/${id}/pinned`, (params) =>
    api()
      .v1.accounts.$select(id)
      .statuses.list.$raw({ ...params, pinned: true }),
  );
}

const PAGE = 40;

/** A list of people; how the viewer stands to them is asked for at once. */
export function peoplePages(
  name: string,
  list: RawList<Account>,
  isMember: boolean,
): Pages<Account> {
  const read: ReadPage<Account> = async (maxId) => {
    const { data, headers } = await list({ limit: PAGE, ...(maxId && { maxId }) });
    if (isMember) void learnRelations(data.map(({ id }) => id));
    return { items: data, next: nextOf(headers) };
  };
  return pagesOf(name, read);
}

export function followPages(
  id: string,
  which: 'followers' | 'following',
  isMember: boolean,
): Pages<Account> {
  const list: RawList<Account> = (params) => {
    const { followers, following } = api().v1.accounts.$select(id);
    return (which === 'followers' ? followers : following).list.$raw(params);
  };
  return peoplePages(`account/${id}/${which}`, list, isMember);
}

/** Who has boosted a tweet, or favourited it. */
export function reactionPages(
  tweetId: string,
  which: 'rebloggedBy' | 'favouritedBy',
  isMember: boolean,
): Pages<Account> {
  const list: RawList<Account> = (params) => {
    const { rebloggedBy, favouritedBy } = api().v1.statuses.$select(tweetId);
    const people = which === 'rebloggedBy' ? rebloggedBy : favouritedBy;
    // The library does not know that these have pages.
    return people.list.$raw(params as never);
  };
  return peoplePages(`status/${tweetId}/${which}`, list, isMember);
}

/** People whom the viewer has blocked, or muted. */
export function hiddenPages(which: 'blocks' | 'mutes'): Pages<Account> {
  const list: RawList<Account> = (params) =>
    (which === 'blocks' ? api().v1.blocks : api().v1.mutes).list.$raw(params);
  return peoplePages(which, list, true);
}
