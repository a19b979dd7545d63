/** Builds the services from the model and the adapters. */
import { signingKey } from '../adapter/signing-key.ts';
import type { Config } from '../config.ts';
import type { Store } from '../model/database.ts';
import { AppSignUpService } from '../service/app-sign-ups.ts';
import { AppService } from '../service/apps.ts';
import { AuthorizationService } from '../service/authorizations.ts';
import { BlockService } from '../service/blocks.ts';
import { ConversationService } from '../service/conversations.ts';
import { Credentials } from '../service/credentials.ts';
import { DataDownloads } from '../service/data-downloads.ts';
import { DataExports } from '../service/data-exports.ts';
import { EmailChangeService } from '../service/email-changes.ts';
import { EmailConfirmationService } from '../service/email-confirmations.ts';
import { EventRelay } from '../service/event-relay.ts';
import { Events } from '../service/events.ts';
import { FeedService } from '../service/feeds.ts';
import { FilterMatchers } from '../service/filter-matchers.ts';
import { FilterService } from '../service/filters.ts';
import { FollowedHashtagService } from '../service/followed-hashtags.ts';
import { FollowService } from '../service/follows.ts';
import { IdempotencyService } from '../service/idempotency.ts';
import { InstanceService } from '../service/instance.ts';
import { KeptPages } from '../service/kept-pages.ts';
import { ListService } from '../service/lists.ts';
import { MarkerService } from '../service/markers.ts';
import { MediaService } from '../service/media.ts';
import { MuteService } from '../service/mutes.ts';
import { NotificationGroupService } from '../service/notification-groups.ts';
import { NotificationService } from '../service/notifications.ts';
import { Notifier } from '../service/notifier.ts';
import type { MailRoom } from '../service/outbox.ts';
import { OwnDeletionService } from '../service/own-deletions.ts';
import { PasswordChangeService } from '../service/password-changes.ts';
import { PasswordResetService } from '../service/password-resets.ts';
import type { Log } from '../service/ports.ts';
import { PasswordHasher } from '../service/passwords.ts';
import { PeopleService } from '../service/people.ts';
import { ProfilePictureService } from '../service/profile-pictures.ts';
import { ProfileTweets } from '../service/profile-tweets.ts';
import { ProfileService } from '../service/profiles.ts';
import { ReactionService } from '../service/reactions.ts';
import { ReadinessService } from '../service/readiness.ts';
import { ReadyPages } from '../service/ready-pages.ts';
import { ReadyTweets } from '../service/ready-tweets.ts';
import { RelationChanges } from '../service/relation-changes.ts';
import { RelationService } from '../service/relations.ts';
import { RequestLimits } from '../service/request-limits.ts';
import { SearchService } from '../service/search.ts';
import { SessionService } from '../service/sessions.ts';
import { StoredFiles } from '../service/stored-files.ts';
import { StreamAudience } from '../service/stream-audience.ts';
import { StreamService } from '../service/streams.ts';
import type { IsHere } from '../service/text-entities.ts';
import { ThrottleService } from '../service/throttles.ts';
import { type KeptTimeline, TimelineService } from '../service/timelines.ts';
import { TokenSigner } from '../service/tokens.ts';
import { TweetBodies } from '../service/tweet-bodies.ts';
import { TweetEntities } from '../service/tweet-entities.ts';
import { TweetMedia } from '../service/tweet-media.ts';
import { TweetViews } from '../service/tweet-views.ts';
import { TweetService } from '../service/tweets.ts';
import { Uploads } from '../service/uploads.ts';
import { UserDeletion } from '../service/user-deletion.ts';
import { UserViews } from '../service/user-views.ts';
import { UserService } from '../service/users.ts';
import { version } from '../version.ts';
import { encodeTweet } from '../view/classic/present.ts';
import { statusWriting } from '../view/mastodon/ready-status.ts';
import type { Services } from '../view/services.ts';
import type { Adapters } from './adapters.ts';
import type { Model } from './model.ts';

/** How long a session is believed where changes from outside are told. */
const BELIEVE_TOLD_MS = 3_600_000;
/** And where they are not: other servers end sessions, too. */
const BELIEVE_UNTOLD_MS = 1000;

type SessionParts = Omit<ConstructorParameters<typeof SessionService>[0], 'believeMs'>;

function makeSessions(parts: SessionParts): SessionService {
  let sessions: SessionService | undefined;
  const isTold = parts.store.watch(() => sessions?.forgetAll());
  const believeMs = isTold ? BELIEVE_TOLD_MS : BELIEVE_UNTOLD_MS;
  sessions = new SessionService({ ...parts, believeMs });
  return sessions;
}

/** Of the memory for what lies ready, what whole pages get. */
const READY_PAGES_SHARE = 1 / 2;

/** Only where the database tells of every change: here as it happens, and from elsewhere soon after. */
function makeReadyPages(
  store: Store,
  { bytes, ...parts }: Omit<ConstructorParameters<typeof ReadyTweets>[0], 'writing'>,
): ReadyPages | undefined {
  if (bytes === 0) return undefined;
  const pageBytes = bytes * READY_PAGES_SHARE;
  const tweets = new ReadyTweets({ ...parts, bytes: bytes - pageBytes, writing: statusWriting });
  const pages = new ReadyPages({ readyTweets: tweets, bytes: pageBytes });
  const all = [tweets, pages];
  const isTold = store.hearTouched((rows) => all.forEach((one) => one.touched(rows)));
  if (!isTold) return undefined;
  store.watch(() => all.forEach((one) => one.forgetAll()));
  return pages;
}

/** As with sessions: other servers change filters, too. */
function makeFilterMatchers({ store, filters, now }: Model): FilterMatchers {
  let matchers: FilterMatchers | undefined;
  const isTold = store.watch(() => matchers?.everythingChanged());
  const believeMs = isTold ? BELIEVE_TOLD_MS : BELIEVE_UNTOLD_MS;
  matchers = new FilterMatchers({ filters, believeMs, now });
  return matchers;
}

/** What services are made of. */
export interface Ground {
  readonly config: Config;
  readonly model: Model;
  readonly adapters: Adapters;
  /** Undefined where no mails are sent. */
  readonly mailRoom: MailRoom | undefined;
  readonly log: Log;
}

/** @returns all that views call, and the two that the server itself asks for */
export function makeServices(ground: Ground) {
  const shared = makeShared(ground);
  const accounts = makeAccounts(ground, shared);
  const services: Services = {
    ...accounts,
    ...makePeople(ground, shared),
    ...makePictures(ground, shared, accounts),
    ...makeTweets(ground, shared),
    ...makeReading(ground, shared),
    ...makeNews(ground, shared),
    requestLimits: new RequestLimits({
      now: ground.model.now,
      limit: ground.config.requestsPerUser,
    }),
    readiness: new ReadinessService({ store: ground.model.store, now: () => performance.now() }),
  };
  return { services, passwords: shared.passwords, files: shared.files };
}

type Shared = ReturnType<typeof makeShared>;

/** What more than one group of services needs. */
function makeShared({ config, model, adapters, log }: Ground) {
  const events = new Events(log);
  const notifier = new Notifier({ ...model, events });
  const bodies = new TweetBodies({ ...model, encode: encodeTweet, cache: adapters.tweetBytes });
  const pages =
    adapters.pageBytes > 0 ? new KeptPages<KeptTimeline>(adapters.pageBytes) : undefined;
  const timelines = new TimelineService({ ...adapters, bodies, pages });
  const relationChanges = new RelationChanges({ ...model, timelines, events });
  const userViews = new UserViews(model);
  const filterMatchers = makeFilterMatchers(model);
  return {
    isHere: isHere(config),
    events,
    notifier,
    timelines,
    relationChanges,
    followService: new FollowService({ ...model, notifier, relationChanges }),
    userViews,
    filterMatchers,
    tweetViews: new TweetViews({ ...model, userViews, filterMatchers }),
    passwords: new PasswordHasher(config.passwords),
    throttles: new ThrottleService(adapters.counters, config.throttles),
    idempotency: new IdempotencyService(model.idempotencyKeys, model.now),
    files: new StoredFiles({ ...model, ...adapters, log }),
    uploads: new Uploads(config.pictures),
  };
}

/** Who somebody is: accounts, sessions, apps, and what owners do with their own. */
function makeAccounts({ config, model, adapters, mailRoom, log }: Ground, shared: Shared) {
  const { passwords, throttles, timelines, files, events } = shared;
  const tokens = new TokenSigner(signingKey(config.secret, config.dataDir));
  const emailConfirmations = new EmailConfirmationService({ ...model, throttles, mailRoom });
  const { registrations, tokenTtlMs, sessionIdleMs, sessionCache: cacheSize } = config;
  const users = new UserService({ ...model, ...shared, emailConfirmations, registrations });
  const credentials = new Credentials({ ...model, passwords, throttles });
  const times = { tokenTtlMs, sessionIdleMs, cacheSize };
  const sessions = makeSessions({ ...model, credentials, tokens, log, ...times });
  const forOwners = {
    ...model,
    credentials,
    sessionService: sessions,
    userService: users,
    passwords,
    throttles,
    mailRoom,
  };
  const apps = new AppService({ ...model, tokens, throttles });
  const authorizations = new AuthorizationService({
    ...forOwners,
    apps,
    tokens,
    sessionIdleMs,
    takesPasswords: config.oauthPasswordGrant,
  });
  return {
    users,
    sessions,
    apps,
    authorizations,
    appSignUps: new AppSignUpService({ ...forOwners, authorizations }),
    emailConfirmations,
    emailChanges: new EmailChangeService(forOwners),
    ownDeletions: new OwnDeletionService({
      ...forOwners,
      userDeletion: new UserDeletion(model),
      timelines,
      files,
      events,
      log,
    }),
    passwordChanges: new PasswordChangeService(forOwners),
    passwordResets: new PasswordResetService(forOwners),
    dataDownloads: new DataDownloads({
      ...forOwners,
      dataExports: new DataExports({ ...model, ...adapters }),
    }),
  };
}

/** What people are to each other. */
function makePeople({ model, log }: Ground, shared: Shared) {
  const { userViews, followService, relationChanges, events } = shared;
  const people = new PeopleService({ ...model, userViews, isHere: shared.isHere });
  return {
    people,
    userViews,
    follows: followService,
    blocks: new BlockService({ ...model, followService, relationChanges }),
    mutes: new MuteService({ ...model, relationChanges, log }),
    relations: new RelationService(model),
    profiles: new ProfileService({ ...model, followService, events }),
    profileTweets: new ProfileTweets({ ...model, people }),
    followedHashtags: new FollowedHashtagService({ ...model, relationChanges }),
  };
}

/** Pictures of people, and in tweets. */
function makePictures(
  { model, adapters, log }: Ground,
  { files, uploads, events }: Shared,
  { users }: Pick<Services, 'users'>,
) {
  const parts = { ...model, files, uploads, processor: adapters.processor };
  return {
    profilePictures: new ProfilePictureService({ ...parts, events, userService: users }),
    media: new MediaService({ ...parts, log }),
    files,
    uploads,
  };
}

/** Saying something, and what others do with it. */
function makeTweets({ model, adapters }: Ground, shared: Shared) {
  const { tweetViews, isHere: isOwnDomain } = shared;
  return {
    tweets: new TweetService({
      ...model,
      ...shared,
      tweetMedia: new TweetMedia(model),
      entities: new TweetEntities({ ...model, isHere: isOwnDomain }),
    }),
    tweetViews,
    readyPages: makeReadyPages(model.store, { ...shared, bytes: adapters.readyBytes }),
    reactions: new ReactionService({ ...model, ...shared }),
    conversations: new ConversationService({ ...model, tweetViews }),
  };
}

/** Timelines, and other ways to find something to read. */
function makeReading({ config, model, adapters }: Ground, shared: Shared) {
  const { timelines } = shared;
  return {
    timelines,
    feeds: new FeedService({ ...model, ...adapters }),
    lists: new ListService({ ...model, ...shared }),
    markers: new MarkerService(model),
    filters: new FilterService({ ...model, ...shared }),
    search: new SearchService({ ...model, ...shared }),
    instance: new InstanceService({ ...model, facts: { ...config, version } }),
  };
}

/** What people are told of. */
function makeNews({ model, adapters, log }: Ground, shared: Shared) {
  const { tweetViews, userViews, filterMatchers, events } = shared;
  const notifications = new NotificationService({ ...model, tweetViews, userViews });
  return {
    notifications,
    notificationGroups: new NotificationGroupService({
      ...model,
      notificationService: notifications,
    }),
    streams: new StreamService({
      ...model,
      streamAudience: new StreamAudience(model),
      tweetViews,
      filterMatchers,
      notificationService: notifications,
      relay: new EventRelay({ events, bus: adapters.bus, log }),
      log,
    }),
  };
}

/** Whether the domain behind a name is this server's. */
function isHere({ publicUrl }: Config): IsHere {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return (domain) => domain === undefined || domain.toLowerCase() === own;
}
