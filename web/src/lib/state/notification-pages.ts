/** Notifications, all of them or those with words for the viewer; those that say the same of the same are one. */
import { type Account, api, type Status } from '#lib/api/client.ts';
import { type Entry, type Page, type Pages, pagesOf } from './pages.svelte.ts';
import { nextOf } from './timelines.ts';
import { keepTweets } from './tweets.svelte.ts';

/** What is shown as one notification; its id is the key of the group. */
export interface Notice extends Entry {
  /** As the Mastodon API names it. */
  readonly type: string;
  /** How many there are in it. */
  readonly count: number;
  /** Whom it came from: the newest, a few. */
  readonly people: readonly Account[];
  readonly status: Status | undefined;
  /** The id of the newest in it. */
  readonly newestId: string;
  /** When that came, as a date of the API. */
  readonly at: string;
}

const PAGE = 30;
/** What reads well as one. The others each have words of their own. */
const GROUPED = ['favourite', 'reblog', 'follow'] as const;

export function notificationPages(onlyMentions: boolean): Pages<Notice> {
  const pages: Pages<Notice> = pagesOf<Notice>(
    onlyMentions ? 'mentions' : 'notifications',
    (maxId) => read(onlyMentions, maxId),
    // A group that has grown comes to the top: what is new cannot be asked for by an id alone.
    async () => {
      const { items, next } = await read(onlyMentions, undefined);
      const shown = [...pages.items, ...pages.waiting];
      const known = new Map(shown.map(({ id, newestId }) => [id, newestId]));
      const fresh = items.filter(({ id, newestId }) => known.get(id) !== newestId);
      for (const { id } of fresh) pages.remove(id);
      return { items: fresh, hasGap: fresh.length === items.length && next !== undefined };
    },
  );
  return pages;
}

async function read(onlyMentions: boolean, maxId: string | undefined): Promise<Page<Notice>> {
  const { data, headers } = await api().v2.notifications.list.$raw({
    limit: PAGE,
    groupedTypes: GROUPED,
    ...(maxId !== undefined && { maxId }),
    ...(onlyMentions && { types: ['mention'] }),
  });
  keepTweets(data.statuses);
  return { items: noticesOf(data), next: nextOf(headers) };
}

type Groups = Awaited<ReturnType<ReturnType<typeof api>['v2']['notifications']['list']>>;

/** Brings together what the answer names by ids. */
function noticesOf({ notificationGroups, accounts, statuses }: Groups): Notice[] {
  const people = new Map(accounts.map((one) => [one.id, one]));
  const tweets = new Map(statuses.map((one) => [one.id, one]));
  return notificationGroups.map((group) => ({
    id: group.groupKey,
    type: group.type,
    count: group.notificationsCount,
    people: idsOf(group.sampleAccountIds).flatMap((id) => people.get(id) ?? []),
    status: 'statusId' in group ? tweets.get(group.statusId) : undefined,
    newestId: group.mostRecentNotificationId,
    at: group.latestPageNotificationAt ?? '',
  }));
}

/** The library takes them for one text. */
const idsOf = (ids: unknown): readonly string[] => ids as readonly string[];
