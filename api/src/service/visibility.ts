/** Who may see which tweet: the one rule. */
import { STRANGER, type Relation } from '../model/relations.ts';
import { VISIBILITY } from '../model/schema.ts';
import type { Tweet } from '../model/tweets.ts';

/** Who looks: a user's id, or undefined for anybody. */
export type ViewerId = number | undefined;

/** What a viewer has to do with a tweet. */
export interface Looking {
  readonly viewerId: ViewerId;
  /** What he is to its author. */
  readonly toAuthor?: Omit<Relation, 'userId'> | undefined;
  readonly isMentioned?: boolean | undefined;
}

/** Whether a viewer may see a tweet of somebody in good standing. */
export function maySee(
  { user_id, visibility }: Pick<Tweet, 'user_id' | 'visibility'>,
  { viewerId, toAuthor = STRANGER, isMentioned = false }: Looking,
): boolean {
  if (viewerId === user_id) return true;
  if (toAuthor.isBlockedBy) return false;
  if (visibility <= VISIBILITY.unlisted) return true;
  if (viewerId === undefined) return false;
  return isMentioned || (visibility === VISIBILITY.private && toAuthor.follows);
}

/**
 * Whether a tweet that somebody may see is one that he comes across when he searches. Unlisted ones,
 * and what is for followers, are only for those who would read them anyway.
 */
export function mayFind(
  { user_id, visibility }: Pick<Tweet, 'user_id' | 'visibility'>,
  { viewerId, toAuthor = STRANGER, isMentioned = false }: Looking,
): boolean {
  if (viewerId === user_id) return true;
  if (toAuthor.blocks || toAuthor.mutes) return false;
  return visibility === VISIBILITY.public || isMentioned || toAuthor.follows;
}
