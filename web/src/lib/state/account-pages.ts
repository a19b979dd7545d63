/** Lists about one person. */
import { type Account, api } from '#lib/api/client.ts';
import { learnRelations } from './people.svelte.ts';
import {
  type Line,
  nextOf,
  type Pages,
  pagesOf,
  type ReadPage,
  tweetPages,
} from './pages.svelte.ts';

export type ProfilePart = 'tweets' | 'replies' | 'media';

const WANTED = {
  tweets: { excludeReplies: true },
  replies: { excludeReplies: false },
  media: { onlyMedia: true },
} as const;

/** A person's tweets: without answers, with them, or those with pictures. */
export function accountPages(id: string, part: ProfilePart): Pages<Line> {
  return tweetPages(
    `account/${id}/${part}`,
    () => (params) =>
      api()
        .v1.accounts.$select(id)
        .statuses.list.$raw({ ...params, ...WANTED[part] }) as never,
  );
}

type RawPeople = (params: { limit: number; maxId?: string }) => PromiseLike<{
  readonly headers: Headers;
  readonly data: Account[];
}>;
const PAGE = 40;

/** A list of people; how the viewer stands to them is asked for at once. */
export function peoplePages(name: string, list: RawPeople, isMember: boolean): Pages<Account> {
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
  const list = (params: object) =>
    api()
      .v1.accounts.$select(id)
      [which].list.$raw(params as never);
  return peoplePages(`account/${id}/${which}`, list as unknown as RawPeople, isMember);
}
