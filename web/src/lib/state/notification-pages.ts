/** Notifications, all of them or those with words for the viewer. */
import { api, type Notification } from '#lib/api/client.ts';
import { type Pages, pagesOf } from './pages.svelte.ts';
import { nextOf } from './timelines.ts';
import { keepTweets } from './tweets.svelte.ts';

const PAGE = 30;

export function notificationPages(onlyMentions: boolean): Pages<Notification> {
  return pagesOf<Notification>(
    onlyMentions ? 'mentions' : 'notifications',
    (maxId) => read(onlyMentions, maxId === undefined ? {} : { maxId }),
    async (sinceId) => {
      const { items } = await read(onlyMentions, { sinceId });
      return { items, hasGap: items.length === PAGE };
    },
  );
}

async function read(onlyMentions: boolean, place: { maxId?: string; sinceId?: string }) {
  const { data, headers } = await api().v1.notifications.list.$raw({
    limit: PAGE,
    ...place,
    ...(onlyMentions ? { types: ['mention'] } : {}),
  });
  keepTweets(data.flatMap((one) => ('status' in one && one.status ? one.status : [])));
  return { items: data, next: nextOf(headers) };
}
