import { type Static, Type } from 'typebox';
import { DomainError } from '../../service/errors.ts';
import { MANY_AT_ONCE, MEDIA_PER_TWEET } from '../../service/limits.ts';
import type { TweetDraft } from '../../service/tweet-drafts.ts';
import { forUser, forVisitor } from './callers.ts';
import { dateOf } from './dates.ts';
import { MediaWords } from './media.ts';
import { presentAccount } from './present-account.ts';
import { presentMedia } from './present-media.ts';
import { contentOf, presentStatus, visibilityOf, VisibilityName } from './present-status.ts';
import { Flag, Id, IdParams, idOf, Ids } from './schemas.ts';
import { siteOf } from './site.ts';

/** What an edit says about a picture. */
const MediaAttributes = Type.Object({ id: Id, ...MediaWords });

/** What a new status and a changed one have in common. */
const Words = {
  status: Type.Optional(Type.String()),
  media_ids: Type.Optional(Ids),
  sensitive: Type.Optional(Flag),
  spoiler_text: Type.Optional(Type.String()),
  language: Type.Optional(Type.String({ maxLength: 35 })),
};
const PostBody = Type.Object({
  ...Words,
  in_reply_to_id: Type.Optional(Id),
  visibility: Type.Optional(VisibilityName),
  poll: Type.Optional(Type.Unknown()),
  scheduled_at: Type.Optional(Type.String()),
  quoted_status_id: Type.Optional(Id),
});

/** Refuses what would be lost. Forms send what is not meant, too, but empty. */
function refuseAbsent({ poll, scheduled_at, quoted_status_id }: Static<typeof PostBody>): void {
  if (poll !== undefined || Boolean(scheduled_at) || Boolean(quoted_status_id)) {
    throw new DomainError('feature_missing');
  }
}
const EditBody = Type.Object({
  ...Words,
  media_attributes: Type.Optional(Type.Array(MediaAttributes, { maxItems: MEDIA_PER_TWEET })),
});

export const postStatus = forUser(
  { body: PostBody },
  async ({ services, viewer, body, idempotencyKey, request }) => {
    refuseAbsent(body);
    const { in_reply_to_id: parent, visibility } = body;
    const draft = {
      ...changesOf(body),
      text: body.status ?? '',
      replyToId: parent === undefined || parent === '' ? undefined : idOf(parent),
      visibility: visibility === undefined ? undefined : visibilityOf(visibility),
    };
    const id = await services.tweets.publish(viewer, draft, idempotencyKey);
    return presentStatus(await services.tweetViews.one(id, viewer.userId), siteOf(request));
  },
);

export const editStatus = forUser(
  { params: IdParams, body: EditBody },
  async ({ services, viewer, params, body, request }) => {
    const id = idOf(params.id);
    const mediaWords = body.media_attributes?.map(({ id, ...words }) => ({
      id: idOf(id),
      ...words,
    }));
    const changes = { ...changesOf(body), ...(mediaWords && { mediaWords }) };
    await services.tweets.edit(viewer, id, changes);
    return presentStatus(await services.tweetViews.one(id, viewer.userId), siteOf(request));
  },
);

/** What a body says about a status; what it does not say is left out. */
function changesOf(body: {
  readonly status?: string;
  readonly media_ids?: readonly string[];
  readonly sensitive?: boolean;
  readonly spoiler_text?: string;
  readonly language?: string;
}): Partial<TweetDraft> {
  const { status, media_ids, sensitive, spoiler_text, language } = body;
  return {
    ...(status !== undefined && { text: status }),
    ...(media_ids !== undefined && { mediaIds: media_ids.map(idOf) }),
    ...(sensitive !== undefined && { isSensitive: sensitive }),
    ...(spoiler_text !== undefined && { spoilerText: spoiler_text }),
    ...(language !== undefined && { language }),
  };
}

export const getStatus = forVisitor(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const view = await services.tweetViews.one(idOf(params.id), viewer?.userId);
    return presentStatus(view, siteOf(request));
  },
);

export const getStatuses = forVisitor(
  { querystring: Type.Object({ id: Type.Optional(Ids) }) },
  async ({ services, viewer, query, request }) => {
    const ids = (query.id ?? []).slice(0, MANY_AT_ONCE).map(idOf);
    const views = await services.tweetViews.load([...new Set(ids)], viewer?.userId);
    return views.map((view) => presentStatus(view, siteOf(request)));
  },
);

/** Answers with what was written, so that it can be written anew. */
export const deleteStatus = forUser(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const id = idOf(params.id);
    const view = await services.tweetViews.one(id, viewer.userId);
    const { tweet: text, spoiler_text } = await services.tweets.delete(viewer, id);
    return { ...presentStatus(view, siteOf(request)), text, spoiler_text };
  },
);

export const statusContext = forVisitor(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const site = siteOf(request);
    const { above, below } = await services.conversations.around(idOf(params.id), viewer?.userId);
    return {
      ancestors: above.map((view) => presentStatus(view, site)),
      descendants: below.map((view) => presentStatus(view, site)),
    };
  },
);

export const statusSource = forUser({ params: IdParams }, async ({ services, viewer, params }) => {
  const { tweet } = await services.tweetViews.one(idOf(params.id), viewer.userId);
  if (tweet.user_id !== viewer.userId) throw new DomainError('tweet_not_found');
  return { id: String(tweet.id), text: tweet.tweet, spoiler_text: tweet.spoiler_text };
});

/** All that it has said, the oldest first, as it is now last. */
export const statusHistory = forVisitor(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const site = siteOf(request);
    const view = await services.tweetViews.one(idOf(params.id), viewer?.userId);
    const { tweet, mentions } = view;
    const account = presentAccount(view.author, site);
    const earlier = await services.tweets.earlier(tweet.id);
    const now = { ...tweet, edited_at: tweet.edited_at ?? tweet.created_at };
    return [...earlier, now].map((version) => ({
      content: contentOf({ tweet: version, mentions }, site),
      spoiler_text: version.spoiler_text,
      sensitive: version.is_sensitive === 1,
      created_at: dateOf(version.edited_at),
      account,
      media_attachments: view.media.map((media) => presentMedia(media, site)),
      emojis: [],
    }));
  },
);
