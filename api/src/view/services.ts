import type { ConversationService } from '../service/conversations.ts';
import type { DataExports } from '../service/data-exports.ts';
import type { EmailConfirmationService } from '../service/email-confirmations.ts';
import type { FeedService } from '../service/feeds.ts';
import type { FollowService } from '../service/follows.ts';
import type { ListService } from '../service/lists.ts';
import type { MarkerService } from '../service/markers.ts';
import type { MediaService } from '../service/media.ts';
import type { NotificationGroupService } from '../service/notification-groups.ts';
import type { NotificationService } from '../service/notifications.ts';
import type { PasswordResetService } from '../service/password-resets.ts';
import type { ProfilePictureService } from '../service/profile-pictures.ts';
import type { ReactionService } from '../service/reactions.ts';
import type { ReadinessService } from '../service/readiness.ts';
import type { SessionService } from '../service/sessions.ts';
import type { StoredFiles } from '../service/stored-files.ts';
import type { TimelineService } from '../service/timelines.ts';
import type { TweetService } from '../service/tweets.ts';
import type { TweetViews } from '../service/tweet-views.ts';
import type { Uploads } from '../service/uploads.ts';
import type { UserViews } from '../service/user-views.ts';
import type { UserService } from '../service/users.ts';

/** What the views call; made in `app.ts`. */
export interface Services {
  readonly users: UserService;
  readonly sessions: SessionService;
  readonly tweets: TweetService;
  readonly follows: FollowService;
  readonly timelines: TimelineService;
  readonly feeds: FeedService;
  readonly lists: ListService;
  readonly markers: MarkerService;
  readonly profilePictures: ProfilePictureService;
  readonly media: MediaService;
  readonly files: StoredFiles;
  readonly uploads: Uploads;
  readonly passwordResets: PasswordResetService;
  readonly emailConfirmations: EmailConfirmationService;
  readonly userViews: UserViews;
  readonly tweetViews: TweetViews;
  readonly notifications: NotificationService;
  readonly notificationGroups: NotificationGroupService;
  readonly dataExports: DataExports;
  readonly reactions: ReactionService;
  readonly conversations: ConversationService;
  readonly readiness: ReadinessService;
}
