/** Which entries stand on which timeline, for whom: the one rule of each. */
import type { RepliesPolicy } from '../model/lists.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { FeedEntry, Lens } from './ports.ts';

/** Whether an entry is shown. */
export type Belongs = (entry: FeedEntry) => boolean;

/** Anybody, who has nothing to do with anybody. */
export const NO_LENS: Lens = {
  viewerId: 0,
  follows: new Map(),
  hidden: new Set(),
  exclusive: new Set(),
  hashtagIds: [],
  goodUntil: Number.MAX_SAFE_INTEGER,
};

/**
 * On somebody's home timeline stand, of what it is made of: what he has written or repeated himself;
 * the tweets of those he follows, and what they repeat if he wants that; public tweets with his
 * hashtags. Left out are answers to people whom he does not follow (but not to himself or to their own
 * author), those on an exclusive list, and whatever comes from, repeats or answers somebody who is
 * muted or blocked, or who blocks him.
 */
export function belongsAtHome(lens: Lens): Belongs {
  const { viewerId, follows, exclusive } = lens;
  return (entry) => {
    const { user_id: author, reblog_of_id } = entry;
    const isOwn = author === viewerId;
    if (isHidden(entry, lens) || (exclusive.has(author) && !isOwn)) return false;
    if (reblog_of_id !== null) return isReblogFor(entry, lens);
    if (isOwn) return true;
    if (!follows.has(author) && entry.visibility !== VISIBILITY.public) return false;
    return isReplyFor(entry, lens, (id) => follows.has(id));
  };
}

/** On a list's timeline stands what comes from its members; of answers, what its owner wants. */
export function belongsOnList(
  lens: Lens,
  policy: RepliesPolicy,
  members: ReadonlySet<number>,
): Belongs {
  const wanted = (id: number) =>
    (policy === 'followed' && lens.follows.has(id)) || (policy === 'list' && members.has(id));
  return (entry) => {
    if (isHidden(entry, lens) || !lens.follows.has(entry.user_id)) return false;
    if (entry.reblog_of_id !== null) return isReblogFor(entry, lens);
    return isReplyFor(entry, lens, wanted);
  };
}

/** Among what is for everybody, only those count who are muted or blocked. */
export const belongsInPublic =
  (lens: Lens): Belongs =>
  (entry) =>
    !isHidden(entry, lens);

/** Whether it has to do with somebody whom the viewer is not to see. What he says himself has not. */
function isHidden({ user_id, of_user_id, reply_to_user_id }: FeedEntry, lens: Lens): boolean {
  const { hidden, viewerId } = lens;
  if (of_user_id !== null && hidden.has(of_user_id)) return true;
  if (user_id === viewerId) return false;
  return hidden.has(user_id) || (reply_to_user_id !== null && hidden.has(reply_to_user_id));
}

/** A private tweet is repeated by nobody but its author, for those who may see it anyway. */
function isReblogFor({ user_id, of_user_id, of_visibility }: FeedEntry, lens: Lens): boolean {
  const isSeen = (of_visibility ?? VISIBILITY.direct) <= VISIBILITY.unlisted;
  if (!isSeen && of_user_id !== user_id) return false;
  return user_id === lens.viewerId || lens.follows.get(user_id) === true;
}

function isReplyFor(
  { user_id, reply_to_user_id: whom }: FeedEntry,
  { viewerId }: Lens,
  wants: (userId: number) => boolean,
): boolean {
  return whom === null || whom === viewerId || whom === user_id || wants(whom);
}
