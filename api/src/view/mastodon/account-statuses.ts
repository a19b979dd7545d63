/** What stands on somebody's profile: his statuses, and hashtags that are not supported. */
import { Type } from 'typebox';
import { forVisitor } from './callers.ts';
import { linkPages, pageRange } from './paging.ts';
import { presentStatus } from './present-status.ts';
import { Flag, IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

const StatusesQuery = Type.Object({
  ...PageQuery.properties,
  pinned: Type.Optional(Flag),
  only_media: Type.Optional(Flag),
  exclude_replies: Type.Optional(Flag),
  exclude_reblogs: Type.Optional(Flag),
  tagged: Type.Optional(Type.String({ maxLength: 400 })),
});

export const accountStatuses = forVisitor(
  { params: IdParams, querystring: StatusesQuery },
  async ({ services, viewer, params, query, request, reply }) => {
    const { profileTweets, tweetViews } = services;
    const id = idOf(params.id);
    const range = pageRange(query);
    const wanted = {
      isWithMedia: query.only_media ?? false,
      excludesReplies: query.exclude_replies ?? false,
      excludesReblogs: query.exclude_reblogs ?? false,
      hashtag: query.tagged,
    };
    const ids = query.pinned
      ? await profileTweets.pinned(id)
      : await profileTweets.page(id, viewer?.userId, wanted, range);
    if (!query.pinned) linkPages(request, reply, ids, range);
    const views = await tweetViews.load(ids, viewer?.userId);
    return views.map((view) => presentStatus(view, siteOf(request)));
  },
);

/** Nobody can show hashtags on his profile here. */
export const featuredTags = forVisitor({ params: IdParams }, async ({ services, params }) => {
  await services.people.one(idOf(params.id));
  return [];
});
