/** Notifications as Mastodon's clients know them (https://docs.joinmastodon.org/entities/Notification/). */
import type { NotificationGroup } from '../../service/notification-groups.ts';
import type { NotificationView } from '../../service/notifications.ts';
import type { TweetView } from '../../service/tweet-views.ts';
import type { UserView } from '../../service/user-views.ts';
import { dateOf } from './dates.ts';
import { presentAccount } from './present-account.ts';
import { presentStatus } from './present-status.ts';
import type { Site } from './site.ts';

export function presentNotification({ notification, from, tweet }: NotificationView, site: Site) {
  const { id, kind, group_key, created_at } = notification;
  return {
    id: String(id),
    type: kind,
    created_at: dateOf(created_at),
    group_key: group_key === '' ? `ungrouped-${id}` : group_key,
    account: presentAccount(from, site),
    ...(tweet ? { status: presentStatus(tweet, site) } : {}),
  };
}

/** How much is said of the people behind a group. */
export type Expansion = 'full' | 'partial_avatars';

/** Groups, and beside them each person and each tweet once. */
export function presentGroups(
  groups: readonly NotificationGroup[],
  site: Site,
  expansion: Expansion = 'full',
) {
  const people = new Map<number, UserView>();
  const others = new Map<number, UserView>();
  const tweets = new Map<number, TweetView>();
  for (const { sample } of groups) {
    for (const [place, { from, tweet }] of sample.entries()) {
      const isWhole = place === 0 || expansion === 'full';
      (isWhole ? people : others).set(from.user.id, from);
      if (tweet) tweets.set(tweet.tweet.id, tweet);
    }
  }
  for (const id of people.keys()) others.delete(id);
  return {
    accounts: [...people.values()].map((view) => presentAccount(view, site)),
    ...(expansion === 'partial_avatars' && {
      partial_accounts: [...others.values()].map((view) => presentPartly(view, site)),
    }),
    statuses: [...tweets.values()].map((view) => presentStatus(view, site)),
    notification_groups: groups.map(presentGroup),
  };
}

function presentGroup({ key, count, oldestId, sample }: NotificationGroup) {
  const [{ notification: newest }] = sample;
  return {
    group_key: key,
    notifications_count: count,
    type: newest.kind,
    most_recent_notification_id: String(newest.id),
    page_min_id: String(oldestId),
    page_max_id: String(newest.id),
    latest_page_notification_at: dateOf(newest.created_at),
    sample_account_ids: [...new Set(sample.map(({ from }) => String(from.user.id)))],
    ...(newest.tweet_id === null ? {} : { status_id: String(newest.tweet_id) }),
  };
}

/** Enough for an avatar. */
function presentPartly(view: UserView, site: Site) {
  const { id, acct, locked, bot, url, avatar, avatar_static } = presentAccount(view, site);
  return { id, acct, locked, bot, url, avatar, avatar_static };
}
