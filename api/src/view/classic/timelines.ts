import type { FastifyReply, FastifyRequest } from 'fastify';
import { forAnyone, forViewer } from '../endpoint.ts';
import { bearLine, headerLine } from '../headers.ts';
import { publicUrlOf } from '../public-url.ts';
import { whenThere } from '../../service/maybe-promise.ts';
import type { PageRequest, TimelineAnswer } from '../../service/timelines.ts';
import { timelineFrame } from './present.ts';
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
  ({ services, params, query, request, reply }) => {
    const frame = timelineFrame(params.user_id);
    const answer = services.timelines.publicOf(params.user_id, query, frame);
    const path = `/timeline/${params.user_id}`;
    return whenThere(answer, (timeline) => body(timeline, { request, reply, query }, path));
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
  ({ services, viewer, query, request, reply }) => {
    const answer = services.timelines.home(viewer, query, timelineFrame(viewer.userId));
    return whenThere(answer, (timeline) => body(timeline, { request, reply, query }, '/timeline'));
  },
);

interface PageCall {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly query: PageRequest;
}

/** The body, ready to send, with its headers set. */
function body(answer: TimelineAnswer, call: PageCall, path: string): Buffer {
  linkToOlder(call, path, answer);
  call.reply.header('content-type', JSON_TYPE);
  return answer.json;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/**
 * `Link: <…>; rel="next"` (RFC 8288), when there is an older page. Put together from what has been
 * understood, not from the address as it was sent: a client may spell that in many ways.
 */
function linkToOlder(
  { request, reply, query: { limit } }: PageCall,
  path: string,
  answer: TimelineAnswer,
): void {
  if (answer.next === undefined) return;
  const server = publicUrlOf(request);
  let link = answer.note as Link | undefined;
  if (link?.server !== server || link.limit !== limit) {
    const size = limit === undefined ? '' : `limit=${limit}&`;
    const text = `<${server}${path}?${size}before=${answer.next}>; rel="next"`;
    link = { server, limit, line: headerLine('link', text) };
    answer.note = link;
  }
  bearLine(reply, link.line);
}

/** An answer that is sent again bears the same link: to spell it takes longer than to find it. */
interface Link {
  /** The address of the server, as this client knows it. */
  readonly server: string;
  readonly limit: number | undefined;
  readonly line: string;
}
