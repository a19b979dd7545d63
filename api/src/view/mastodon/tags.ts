/** Hashtags, and those that one follows (https://docs.joinmastodon.org/methods/tags/). */
import { Type } from 'typebox';
import { FOLLOWED_HASHTAGS_PAGE, FOLLOWED_HASHTAGS_PAGE_MAX } from '../../service/limits.ts';
import { forUser, forVisitor } from './callers.ts';
import { linkPages, pageRange } from './paging.ts';
import { presentTag } from './present-tag.ts';
import { PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

const NameParams = Type.Object({ name: Type.String({ maxLength: 400 }) });

export const getTag = forVisitor(
  { params: NameParams },
  async ({ services, viewer, params: { name }, request }) =>
    presentTag(await services.followedHashtags.find(name, viewer?.userId), siteOf(request)),
);

export const followTag = forUser(
  { params: NameParams },
  async ({ services, viewer, params: { name }, request }) => {
    await services.followedHashtags.follow(viewer, name);
    return presentTag(await services.followedHashtags.find(name, viewer.userId), siteOf(request));
  },
);

export const unfollowTag = forUser(
  { params: NameParams },
  async ({ services, viewer, params: { name }, request }) => {
    await services.followedHashtags.unfollow(viewer, name);
    return presentTag(await services.followedHashtags.find(name, viewer.userId), siteOf(request));
  },
);

export const followedTags = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = pageRange(query, FOLLOWED_HASHTAGS_PAGE, FOLLOWED_HASHTAGS_PAGE_MAX);
    const found = await services.followedHashtags.page(viewer, range);
    const ids = found.map(({ hashtag }) => hashtag.id);
    linkPages(request, reply, ids, range);
    return found.map((one) => presentTag(one, siteOf(request)));
  },
);
