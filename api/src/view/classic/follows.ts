import { forViewer } from '../endpoint.ts';
import { Empty, failures, FollowBody, UnfollowBody } from './schemas.ts';

export const follow = forViewer(
  {
    tags: ['People'],
    summary: 'Follow somebody',
    description: 'Twice is once. Whoever wants to let in his followers himself is asked.',
    body: FollowBody,
    response: { 200: Empty, ...failures(400, 401, 403, 404, 415, 503) },
  },
  async ({ services, viewer, body, reply }) => {
    await services.follows.follow(viewer, body.follow);
    return reply.send();
  },
);

export const unfollow = forViewer(
  {
    tags: ['People'],
    summary: 'Unfollow somebody',
    description: 'Twice is once.',
    body: UnfollowBody,
    response: { 200: Empty, ...failures(400, 401, 415, 503) },
  },
  async ({ services, viewer, body, reply }) => {
    await services.follows.unfollow(viewer, body.unfollow);
    return reply.send();
  },
);
