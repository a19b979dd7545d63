/** Tweets as Mastodon's clients know them: statuses (https://docs.joinmastodon.org/entities/Status/). */
import { Type } from 'typebox';
import { foldKey } from '../../service/text.ts';
import type { TweetView } from '../../service/tweet-views.ts';
import { VISIBILITY } from '../../service/tweets.ts';
import { dateOf } from './dates.ts';
import { presentAccount } from './present-account.ts';
import { presentFilterMatch } from './present-filter.ts';
import { presentMedia } from './present-media.ts';
import { html } from './rich-text.ts';
import type { Site } from './site.ts';

const NAMES = ['public', 'unlisted', 'private', 'direct'] as const satisfies Record<
  (typeof VISIBILITY)[keyof typeof VISIBILITY],
  keyof typeof VISIBILITY
>;
/** As a body names it. */
export const VisibilityName = Type.Union(NAMES.map((name) => Type.Literal(name)));

export const visibilityName = (visibility: number): string => NAMES[visibility] ?? 'direct';
export const visibilityOf = (name: (typeof NAMES)[number]): number => VISIBILITY[name];

export interface Status {
  readonly id: string;
  readonly reblog: Status | null;
  readonly [field: string]: unknown;
}

export function presentStatus(view: TweetView, site: Site): Status {
  const { tweet, author, counts, media, mentions, hashtags, marks, reblog } = view;
  const url = `${site.url}/@${author.user.username}/${tweet.id}`;
  const { reply_to_id: parent, reply_to_user_id: parentAuthor } = tweet;
  return {
    id: String(tweet.id),
    created_at: dateOf(tweet.created_at),
    in_reply_to_id: parent === null ? null : String(parent),
    // Of somebody who is gone there is no account.
    in_reply_to_account_id: parentAuthor ? String(parentAuthor) : null,
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
    content: contentOf(view, site),
    reblog: reblog ? presentStatus(reblog, site) : null,
    account: presentAccount(author, site),
    media_attachments: media.map((one) => presentMedia(one, site)),
    mentions: mentions.map(({ userId, username }) => ({
      id: String(userId),
      username,
      acct: username,
      url: `${site.url}/@${username}`,
    })),
    tags: hashtags.map(({ name }) => ({
      name: name.toLowerCase(),
      url: `${site.url}/tags/${encodeURIComponent(name)}`,
    })),
    emojis: [],
    card: null,
    poll: null,
    application: null,
    favourited: marks.favourited,
    reblogged: marks.reblogged,
    muted: marks.muted,
    bookmarked: marks.bookmarked,
    pinned: marks.pinned,
    filtered: view.filtered.map(presentFilterMatch),
  };
}

/** The text as HTML, with those linked who are mentioned. */
export function contentOf(
  { tweet, mentions }: Pick<TweetView, 'mentions'> & { tweet: { tweet: string } },
  { url }: Site,
): string {
  const usernames = new Map(mentions.map(({ username }) => [foldKey(username), username]));
  return html(tweet.tweet, { url, usernames });
}
