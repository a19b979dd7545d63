import { forViewer } from '../endpoint.ts';
import { Empty, failures, IdempotencyHeader, TweetBody } from './schemas.ts';

export const postTweet = forViewer(
  {
    tags: ['Tweets'],
    summary: 'Tweet',
    headers: IdempotencyHeader,
    body: TweetBody,
    response: { 200: Empty, ...failures(400, 401, 415, 422, 503) },
  },
  async ({ services, viewer, body, reply, idempotencyKey }) => {
    await services.tweets.post(viewer, body.tweet, idempotencyKey);
    return reply.send();
  },
);
