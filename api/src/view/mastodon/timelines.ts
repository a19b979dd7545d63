/** Timelines (https://docs.joinmastodon.org/methods/timelines/). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { whenThere } from '../../service/maybe-promise.ts';
import type { ReadyPage } from '../../service/ready-pages.ts';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { bearLine, headerLine } from '../headers.ts';
import { publicUrlOf } from '../public-url.ts';
import { forUser, forVisitor } from './callers.ts';
import { isFirst, linkPages, linksOf, type PageRange, pageRange } from './paging.ts';
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

export const homeTimeline = forUser({ querystring: PageQuery }, (call) => {
  const { services, viewer, request, reply } = call;
  const range = pageRange(call.query);
  return whenThere(services.feeds.home(viewer, range), (ids) => {
    const reader = { viewerId: viewer.userId, url: publicUrlOf(request), isFirst: isFirst(range) };
    return whenThere<ReadyPage | undefined, unknown>(
      services.readyPages?.page(ids, reader),
      (page) => {
        if (!page) return statusesOf(call, ids, range);
        reply.header('content-type', 'application/json; charset=utf-8');
        bearLine(reply, linkLine(page, request, ids, range));
        return page.json;
      },
    );
  });
});

/** The line of a page's `Link`, empty where it has none, and what was asked for. */
interface Links {
  readonly asked: string;
  readonly line: string;
}

/** Longer addresses are not kept in mind. */
const MOST_ASKED = 100;

/** `Link` of a page that may be sent again: to spell it takes longer than to find it. */
function linkLine(
  page: ReadyPage,
  request: FastifyRequest,
  ids: readonly number[],
  range: PageRange,
): string {
  const { url: asked } = request;
  const known = page.note as Links | undefined;
  if (known?.asked === asked) return known.line;
  const text = linksOf(request, ids, range);
  const line = text === '' ? '' : headerLine('link', text);
  if (asked.length <= MOST_ASKED) page.note = { asked, line } satisfies Links;
  return line;
}

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
