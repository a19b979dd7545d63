import type { BlockService } from '../service/blocks.ts';
import type { EmailConfirmationService } from '../service/email-confirmations.ts';
import type { FollowService } from '../service/follows.ts';
import type { MuteService } from '../service/mutes.ts';
import type { PasswordResetService } from '../service/password-resets.ts';
import type { PeopleService } from '../service/people.ts';
import type { ProfilePictureService } from '../service/profile-pictures.ts';
import type { ProfileTweets } from '../service/profile-tweets.ts';
import type { ReadinessService } from '../service/readiness.ts';
import type { RelationService } from '../service/relations.ts';
import type { SessionService } from '../service/sessions.ts';
import type { TimelineService } from '../service/timelines.ts';
import type { TweetService } from '../service/tweets.ts';
import type { TweetViews } from '../service/tweet-views.ts';
import type { UserViews } from '../service/user-views.ts';
import type { UserService } from '../service/users.ts';

/** What the views call; made in `app.ts`. */
export interface Services {
  readonly users: UserService;
  readonly sessions: SessionService;
  readonly tweets: TweetService;
  readonly follows: FollowService;
  readonly blocks: BlockService;
  readonly mutes: MuteService;
  readonly relations: RelationService;
  readonly people: PeopleService;
  readonly profileTweets: ProfileTweets;
  readonly timelines: TimelineService;
  readonly profilePictures: ProfilePictureService;
  readonly passwordResets: PasswordResetService;
  readonly emailConfirmations: EmailConfirmationService;
  readonly userViews: UserViews;
  readonly tweetViews: TweetViews;
  readonly readiness: ReadinessService;
}
