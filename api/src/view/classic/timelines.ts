import type { FastifyReply, FastifyRequest } from 'fastify';
import { forAnyone, forViewer } from '../endpoint.ts';
import { publicUrlOf } from '../public-url.ts';
import type { PageRequest, TimelineAnswer } from '../../service/timelines.ts';
import { presentTimeline } from './present.ts';
import { failures, Timeline, TimelineQuery, UserParams } from './schemas.ts';

export const publicTimeline = forAnyone(
  {
    tags: ['Timelines'],
    summary: "Anybody's timeline",
    description:
      'What everyone may see of the tweets of a user and of those he follows, newest first. ' +
      'The Link header leads to older ones.',
    params: UserParams,
    querystring: TimelineQuery,
    response: { 200: Timeline, ...failures(400, 404) },
  },
  async ({ services, params, query, request, reply }) => {
    const answer = await services.timelines.publicOf(params.user_id, query);
    linkToOlder({ request, reply, query }, `/timeline/${params.user_id}`, answer);
    return presentTimeline(params.user_id, answer);
  },
);

export const homeTimeline = forViewer(
  {
    tags: ['Timelines'],
    summary: "The token's user's timeline",
    description: 'As above, with the tweets that only followers may see.',
    querystring: TimelineQuery,
    response: { 200: Timeline, ...failures(400, 401) },
  },
  async ({ services, viewer, query, request, reply }) => {
    const answer = await services.timelines.home(viewer, query);
    linkToOlder({ request, reply, query }, '/timeline', answer);
    return presentTimeline(viewer.userId, answer);
  },
);

interface PageCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly query: PageRequest;
}

/**
 * `Link: <…>; rel="next"` (RFC 8288), when there is an older page. Put together from what has been
 * understood, not from the address as it was sent: a client may spell that in many ways.
 */
function linkToOlder(
  { request, reply, query: { limit } }: PageCall,
  path: string,
  { next }: TimelineAnswer,
): void {
  if (next === undefined) return;
  const size = limit === undefined ? '' : `limit=${limit}&`;
  reply.header('link', `<${publicUrlOf(request)}${path}?${size}before=${next}>; rel="next"`);
}
