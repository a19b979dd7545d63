/** Every table's DAO over one store: what `app.ts` builds services from. */
import { ActivityDao } from './activity.ts';
import { AudienceDao } from './audiences.ts';
import { BlockDao } from './blocks.ts';
import { AppDao } from './apps.ts';
import { AuthorizationDao } from './authorizations.ts';
import { ConversationDao } from './conversations.ts';
import { CountDao } from './counts.ts';
import type { Store } from './database.ts';
import { DoomedObjectDao } from './doomed-objects.ts';
import { EndorsementDao } from './endorsements.ts';
import { FilterDao } from './filters.ts';
import { FollowRequestDao } from './follow-requests.ts';
import { FollowedHashtagDao } from './followed-hashtags.ts';
import { FollowDao } from './follows.ts';
import { FormerUserDao, type NameHash } from './former-users.ts';
import { HashtagDao } from './hashtags.ts';
import { IdempotencyKeyDao } from './idempotency-keys.ts';
import { ListDao } from './lists.ts';
import { MarkerDao } from './markers.ts';
import { MediaDao } from './media.ts';
import { MentionDao } from './mentions.ts';
import { MuteDao } from './mutes.ts';
import { NotificationPageDao } from './notification-pages.ts';
import { NotificationDao } from './notifications.ts';
import { OneTimeCodeDao } from './one-time-codes.ts';
import { PersonalDataDao } from './personal-data.ts';
import { ReactionDao } from './reactions.ts';
import { ProfileTweetDao } from './profile-tweets.ts';
import { RelationDao } from './relations.ts';
import { SearchPeopleDao } from './search-people.ts';
import { SearchProgressDao } from './search-progress.ts';
import { SearchTermDao } from './search-terms.ts';
import { SessionDao } from './sessions.ts';
import type { TimelineJournal } from './timeline-journal.ts';
import { TimelineEntryDao } from './timeline-entries.ts';
import { TimelineDao } from './timelines.ts';
import type { TweetIds } from './tweet-ids.ts';
import { TweetDao } from './tweets.ts';
import { UserDeletionDao } from './user-deletions.ts';
import { UserNoteDao } from './user-notes.ts';
import { UserDao } from './users.ts';

export type Daos = ReturnType<typeof makeDaos>;

/**
 * @param hashOf what is kept of the names of those who were deleted
 * @param journal where servers share timelines outside the database
 */
export function makeDaos(store: Store, ids: TweetIds, hashOf: NameHash, journal?: TimelineJournal) {
  return {
    users: new UserDao(store, journal),
    formerUsers: new FormerUserDao(store, hashOf),
    activity: new ActivityDao(store),
    follows: new FollowDao(store, journal),
    followRequests: new FollowRequestDao(store),
    blocks: new BlockDao(store, journal),
    mutes: new MuteDao(store, journal),
    endorsements: new EndorsementDao(store),
    userDeletions: new UserDeletionDao(store),
    userNotes: new UserNoteDao(),
    followedHashtags: new FollowedHashtagDao(store, journal),
    filters: new FilterDao(store),
    relations: new RelationDao(store),
    audiences: new AudienceDao(store),
    profileTweets: new ProfileTweetDao(store),
    tweets: new TweetDao(store, ids, journal),
    media: new MediaDao(store),
    mentions: new MentionDao(store),
    hashtags: new HashtagDao(store),
    conversations: new ConversationDao(store),
    favourites: new ReactionDao(store, 'favourites'),
    bookmarks: new ReactionDao(store, 'bookmarks'),
    pins: new ReactionDao(store, 'pins'),
    counts: new CountDao(store),
    notifications: new NotificationDao(),
    notificationPages: new NotificationPageDao(store),
    searchPeople: new SearchPeopleDao(store),
    searchProgress: new SearchProgressDao(store),
    searchTerms: new SearchTermDao(store),
    timelines: new TimelineDao(store),
    timelineEntries: new TimelineEntryDao(store),
    lists: new ListDao(store),
    markers: new MarkerDao(store),
    sessions: new SessionDao(store),
    apps: new AppDao(store),
    authorizations: new AuthorizationDao(store),
    idempotencyKeys: new IdempotencyKeyDao(),
    oneTimeCodes: new OneTimeCodeDao(store),
    doomed: new DoomedObjectDao(store),
    personalData: new PersonalDataDao(store),
  };
}
