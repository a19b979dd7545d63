/** Timelines (https://docs.joinmastodon.org/methods/timelines/). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { publicUrlOf } from '../public-url.ts';
import { forUser, forVisitor } from './callers.ts';
import { linkPages, type PageRange, pageRange } from './paging.ts';
import { presentStatus } from './present-status.ts';
import { Flag, IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

/** One request for a page of statuses. */
interface PageCall {
  readonly services: Services;
  readonly viewer: Viewer | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers with the statuses of a page. */
async function statusesOf(call: PageCall, ids: readonly number[], range: PageRange) {
  const { services, viewer, request, reply } = call;
  const views = await services.tweetViews.load(ids, viewer?.userId);
  linkPages(request, reply, ids, range);
  const site = siteOf(request);
  return views.map((view) => presentStatus(view, site));
}

export const homeTimeline = forUser({ querystring: PageQuery }, async (call) => {
  const { services, viewer, request, reply } = call;
  const range = pageRange(call.query);
  const ids = await services.feeds.home(viewer, range);
  const ready = await services.readyTweets?.page(ids, viewer.userId, publicUrlOf(request));
  if (!ready) return statusesOf(call, ids, range);
  linkPages(request, reply, ids, range);
  reply.header('content-type', 'application/json; charset=utf-8');
  return ready;
});

const Name = Type.String({ minLength: 1, maxLength: 200 });
const Names = Type.Optional(Type.Array(Name, { maxItems: 16 }));

const FeedQuery = Type.Object({
  ...PageQuery.properties,
  local: Type.Optional(Flag),
  remote: Type.Optional(Flag),
  only_media: Type.Optional(Flag),
});

export const publicTimeline = forVisitor({ querystring: FeedQuery }, async (call) => {
  const { services, viewer, query } = call;
  const range = pageRange(query);
  // Nobody is elsewhere: this server knows of no other.
  if (query.remote) return [];
  const choice = { withMedia: query.only_media ?? false };
  return statusesOf(call, await services.feeds.everybody(viewer, choice, range), range);
});

const HashtagQuery = Type.Object({ ...FeedQuery.properties, any: Names, all: Names, none: Names });

export const hashtagTimeline = forVisitor(
  { params: Type.Object({ hashtag: Name }), querystring: HashtagQuery },
  async (call) => {
    const { services, viewer, params, query } = call;
    const range = pageRange(query);
    if (query.remote) return [];
    const choice = {
      any: [params.hashtag, ...(query.any ?? [])].map(withoutSign),
      all: (query.all ?? []).map(withoutSign),
      none: (query.none ?? []).map(withoutSign),
      withMedia: query.only_media ?? false,
    };
    return statusesOf(call, await services.feeds.hashtag(viewer, choice, range), range);
  },
);

const withoutSign = (name: string): string => name.replace(/^[#＃]/, '');

export const listTimeline = forUser({ params: IdParams, querystring: PageQuery }, async (call) => {
  const { services, viewer, params, query } = call;
  const range = pageRange(query);
  return statusesOf(call, await services.feeds.list(viewer, idOf(params.id), range), range);
});
