/** Domain → the course's bodies. Every field is named, so no column can leak. */
import type { TweetText } from '../../service/tweets.ts';
import type { Frame } from '../../service/tweet-bodies.ts';
import type { User } from '../../service/users.ts';

export function presentUser({ id, name, email, profile, username }: User) {
  return { id, name, email, profile, username };
}

/** One tweet of a timeline, as bytes: made once, sent many times. */
export function encodeTweet({ user_id, tweet }: TweetText): Buffer {
  return Buffer.from(JSON.stringify({ user_id, tweet }));
}

/** What stands around the list of tweets in the body of a timeline. */
export function timelineFrame(userId: number): Frame {
  return { start: `{"user_id":${userId},"timeline":`, end: '}' };
}
