/** What people are to each other (https://docs.joinmastodon.org/entities/Relationship/). */
import type { Relation } from '../../service/relations.ts';
import { dateOf } from './dates.ts';

export function presentRelationship(relation: Relation) {
  const { follows, muteEndsAt } = relation;
  return {
    id: String(relation.userId),
    following: follows,
    showing_reblogs: follows && relation.showsReblogs,
    notifying: follows && relation.notifies,
    languages: null,
    followed_by: relation.isFollowedBy,
    blocking: relation.blocks,
    blocked_by: relation.isBlockedBy,
    muting: relation.mutes,
    muting_notifications: relation.mutesNotifications,
    muting_expires_at: muteEndsAt === null ? null : dateOf(muteEndsAt),
    requested: relation.hasRequested,
    requested_by: relation.isRequestedBy,
    domain_blocking: false,
    endorsed: relation.endorses,
    note: relation.note,
  };
}
