/** Users as Mastodon's clients know them: accounts (https://docs.joinmastodon.org/entities/Account/). */
import type { UserView } from '../../service/user-views.ts';
import { dateOf } from './dates.ts';
import { html } from './rich-text.ts';
import type { Site } from './site.ts';

export function presentAccount({ user, counts }: UserView, site: Site) {
  const picture = site.pictureOf(user);
  const header = site.headerOf(user);
  return {
    id: String(user.id),
    username: user.username,
    acct: user.username,
    display_name: user.name,
    locked: user.is_locked === 1,
    bot: user.is_bot === 1,
    discoverable: user.is_discoverable === 1,
    indexable: false,
    group: false,
    hide_collections: user.hides_follows === 1,
    created_at: dateOf(user.created_at),
    note: html(user.profile, site),
    url: `${site.url}/@${user.username}`,
    uri: `${site.url}/@${user.username}`,
    avatar: picture,
    avatar_static: picture,
    header,
    header_static: header,
    followers_count: counts.followers,
    following_count: counts.follows,
    statuses_count: counts.tweets,
    last_status_at: counts.lastTweetId === 0 ? null : site.dayOfTweet(counts.lastTweetId),
    emojis: [],
    roles: [],
    fields: fieldsOf(user.fields).map(({ name, value }) => ({
      name,
      value: html(value, site),
      verified_at: null,
    })),
    ...(user.state === 'suspended' ? { suspended: true } : {}),
  };
}

export type Account = ReturnType<typeof presentAccount>;

/** The pairs that a person shows on his profile. */
export function fieldsOf(json: string): { name: string; value: string }[] {
  return JSON.parse(json) as { name: string; value: string }[];
}
