/** Domain → the course's bodies. Every field is named, so no column can leak. */
import type { TimelineAnswer } from '../../service/timelines.ts';
import type { User } from '../../service/users.ts';

export function presentUser({ id, name, email, profile, username }: User) {
  return { id, name, email, profile, username };
}

export function presentTimeline(userId: number, { tweets }: TimelineAnswer) {
  return {
    user_id: userId,
    timeline: tweets.map(({ user_id, tweet }) => ({ user_id, tweet })),
  };
}
