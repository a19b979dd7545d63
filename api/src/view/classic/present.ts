/** Domain → the course's bodies. Every field is named, so no column can leak. */
import type { TweetText } from '../../service/tweets.ts';
import type { TimelineAnswer } from '../../service/timelines.ts';
import type { User } from '../../service/users.ts';

export function presentUser({ id, name, email, profile, username }: User) {
  return { id, name, email, profile, username };
}

/** One tweet of a timeline, as bytes: made once, sent many times. */
export function encodeTweet({ user_id, tweet }: TweetText): Buffer {
  return Buffer.from(JSON.stringify({ user_id, tweet }));
}

/** The timeline as the bytes of its body. */
export function presentTimeline(userId: number, { tweets }: TimelineAnswer): Buffer {
  const start = `{"user_id":${userId},"timeline":`;
  const body = Buffer.allocUnsafe(start.length + tweets.length + 1);
  body.write(start, 'latin1');
  tweets.copy(body, start.length);
  body[body.length - 1] = CLOSE;
  return body;
}

const CLOSE = '}'.charCodeAt(0);
