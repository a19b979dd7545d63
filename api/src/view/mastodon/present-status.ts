/** Tweets as Mastodon's clients know them: statuses (https://docs.joinmastodon.org/entities/Status/). */
import { VISIBILITY } from '../../service/tweets.ts';
import type { TweetView } from '../../service/tweet-views.ts';
import { dateOf } from './dates.ts';
import { presentAccount } from './present-account.ts';
import { html } from './rich-text.ts';
import type { Site } from './site.ts';

const NAMES = ['public', 'unlisted', 'private', 'direct'] as const satisfies Record<
  (typeof VISIBILITY)[keyof typeof VISIBILITY],
  keyof typeof VISIBILITY
>;

export const visibilityName = (visibility: number) => NAMES[visibility] ?? 'direct';

export interface Status {
  readonly id: string;
  readonly reblog: Status | null;
  readonly [field: string]: unknown;
}

export function presentStatus({ tweet, author, counts, reblog }: TweetView, site: Site): Status {
  const url = `${site.url}/@${author.user.username}/${tweet.id}`;
  const { reply_to_id: parent, reply_to_user_id: parentAuthor } = tweet;
  return {
    id: String(tweet.id),
    created_at: dateOf(tweet.created_at),
    in_reply_to_id: parent === null ? null : String(parent),
    in_reply_to_account_id: parentAuthor === null ? null : String(parentAuthor),
    sensitive: tweet.is_sensitive === 1,
    spoiler_text: tweet.spoiler_text,
    visibility: visibilityName(tweet.visibility),
    language: tweet.language,
    uri: url,
    url,
    replies_count: counts.replies,
    reblogs_count: counts.reblogs,
    favourites_count: counts.favourites,
    quotes_count: 0,
    edited_at: tweet.edited_at === null ? null : dateOf(tweet.edited_at),
    content: reblog ? '' : html(tweet.tweet, site),
    reblog: reblog ? presentStatus(reblog, site) : null,
    account: presentAccount(author, site),
    media_attachments: [],
    mentions: [],
    tags: [],
    emojis: [],
    card: null,
    poll: null,
    favourited: false,
    reblogged: false,
    muted: false,
    bookmarked: false,
    pinned: false,
    filtered: [],
  };
}
