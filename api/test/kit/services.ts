/**
 * All services over a fresh database, with doubles at the ports alone: a clock that the test
 * sets, files in memory, and a picture processor that draws nothing.
 */
import type { TestContext } from 'node:test';
import { MemoryCounterStore } from '../../src/adapter/counter-store/memory.ts';
import { SqlTimelineStore } from '../../src/adapter/timeline-store/sql.ts';
import { loadConfig, type ThrottleConfig } from '../../src/config.ts';
import { makeDaos } from '../../src/model/daos.ts';
import type { Store } from '../../src/model/database.ts';
import { LeaseDao } from '../../src/model/leases.ts';
import { OutsideChangeDao } from '../../src/model/outside-changes.ts';
import { TweetIds } from '../../src/model/tweet-ids.ts';
import { BlockService } from '../../src/service/blocks.ts';
import { AppService } from '../../src/service/apps.ts';
import { AuthorizationService } from '../../src/service/authorizations.ts';
import { Credentials } from '../../src/service/credentials.ts';
import { ConversationService } from '../../src/service/conversations.ts';
import { DataDownloads } from '../../src/service/data-downloads.ts';
import { DataExports } from '../../src/service/data-exports.ts';
import { EmailChangeService } from '../../src/service/email-changes.ts';
import { EmailConfirmationService } from '../../src/service/email-confirmations.ts';
import { EventRelay } from '../../src/service/event-relay.ts';
import { Events } from '../../src/service/events.ts';
import { FeedService } from '../../src/service/feeds.ts';
import { FilterMatchers } from '../../src/service/filter-matchers.ts';
import { FilterService } from '../../src/service/filters.ts';
import { FollowedHashtagService } from '../../src/service/followed-hashtags.ts';
import { FollowService } from '../../src/service/follows.ts';
import { Housekeeping } from '../../src/service/housekeeping.ts';
import { IdempotencyService } from '../../src/service/idempotency.ts';
import { MuteService } from '../../src/service/mutes.ts';
import { ListService } from '../../src/service/lists.ts';
import { MarkerService } from '../../src/service/markers.ts';
import { MediaService } from '../../src/service/media.ts';
import { NotificationGroupService } from '../../src/service/notification-groups.ts';
import { NotificationService } from '../../src/service/notifications.ts';
import { Notifier } from '../../src/service/notifier.ts';
import { Outbox } from '../../src/service/outbox.ts';
import { formerNameHash } from '../../src/service/former-names.ts';
import { OwnDeletionService } from '../../src/service/own-deletions.ts';
import { PasswordChangeService } from '../../src/service/password-changes.ts';
import { PasswordResetService } from '../../src/service/password-resets.ts';
import { PasswordHasher } from '../../src/service/passwords.ts';
import { PeopleService } from '../../src/service/people.ts';
import type { Log, ObjectStore, PictureProcessor } from '../../src/service/ports.ts';
import { ProfilePictureService } from '../../src/service/profile-pictures.ts';
import { ProfileService } from '../../src/service/profiles.ts';
import { ProfileTweets } from '../../src/service/profile-tweets.ts';
import { RelationChanges } from '../../src/service/relation-changes.ts';
import { RelationService } from '../../src/service/relations.ts';
import { ReactionService } from '../../src/service/reactions.ts';
import { EVERYTHING } from '../../src/service/scopes.ts';
import { SearchService } from '../../src/service/search.ts';
import { SearchIndex } from '../../src/service/search-index.ts';
import { SearchIndexer } from '../../src/service/search-indexer.ts';
import { SessionService, type Viewer } from '../../src/service/sessions.ts';
import { StatsService } from '../../src/service/stats.ts';
import { StoredFiles } from '../../src/service/stored-files.ts';
import { ThrottleService } from '../../src/service/throttles.ts';
import { StreamAudience } from '../../src/service/stream-audience.ts';
import { StreamService } from '../../src/service/streams.ts';
import { TimelineService } from '../../src/service/timelines.ts';
import { TokenSigner } from '../../src/service/tokens.ts';
import { TweetBodies } from '../../src/service/tweet-bodies.ts';
import { TweetEntities } from '../../src/service/tweet-entities.ts';
import { TweetMedia } from '../../src/service/tweet-media.ts';
import { TweetViews } from '../../src/service/tweet-views.ts';
import { TweetService } from '../../src/service/tweets.ts';
import { Uploads } from '../../src/service/uploads.ts';
import { UserAdminService } from '../../src/service/user-admin.ts';
import { UserDeletion } from '../../src/service/user-deletion.ts';
import { UserViews } from '../../src/service/user-views.ts';
import { type SignUp, type User, UserService } from '../../src/service/users.ts';
import { encodeTweet } from '../../src/view/classic/present.ts';
import { type Engine, freshStore } from './engines.ts';
import { FakeClock } from './fake-clock.ts';
import { MemoryMailer } from './memory-mailer.ts';
import { MemoryObjectStore } from './memory-object-store.ts';

export interface ServicesOptions {
  readonly registrations?: 'open' | 'approval' | 'closed';
  /** Instead of the limits that hold by default. */
  readonly throttles?: Partial<ThrottleConfig>;
  readonly tokenTtlMs?: number;
  readonly believeMs?: number;
  /** Where pictures go; the first is the current one. */
  readonly objectStores?: readonly [ObjectStore, ...ObjectStore[]];
  readonly processor?: PictureProcessor;
  /** Whether apps may send passwords themselves. */
  readonly takesPasswords?: boolean;
  /** Whether this server sends mails. */
  readonly mails?: boolean;
  /** Uploads at once. */
  readonly pictureQueue?: number;
  /** SQLite if left out. */
  readonly engine?: Engine;
  /** Stands between the services and the database. */
  readonly wrapStore?: (store: Store) => Store;
}

/** Somebody who has signed up and logged in. */
export interface Member {
  readonly user: User;
  readonly viewer: Viewer;
  readonly password: string;
  readonly token: string;
}

export type TestServices = Awaited<ReturnType<typeof startServices>>;

/** Where links in mails lead. */
export const SITE = 'https://minitter.example';
/** Where everybody calls from, unless a test says otherwise. */
export const ADDRESS = '192.0.2.1';
export const TOKEN_KEY = new TextEncoder().encode('a key of thirty-two bytes or more');
/** The cheapest that bcrypt can do. */
export const CHEAP_HASHES = { cost: 4, workers: 2, queue: 100 };
/** What is kept of the names of those who were deleted. */
export const HASH_OF = formerNameHash(TOKEN_KEY);
const SILENT: Log = { warn: () => {}, error: () => {} };

/** This server has no domain. */
const isHere = (domain: string | undefined) => domain === undefined;

/** Says that every upload is a JPEG of three by two pixels, and leaves it as it is. */
export const anyPicture: PictureProcessor = {
  makeSafe: async (bytes) => jpegOf(bytes),
  makeMedia: async (bytes) => {
    const picture = { ...jpegOf(bytes), width: 3, height: 2 };
    return { picture, preview: picture, blurhash: 'L00000fQfQfQfQfQfQfQfQfQfQfQ' };
  },
};

const jpegOf = (bytes: Uint8Array) => ({ bytes, contentType: 'image/jpeg', extension: 'jpg' });

export async function startServices(t: TestContext, options: ServicesOptions = {}) {
  const clock = new FakeClock();
  const model = await makeModel(t, clock, options);
  const { objectStores = [new MemoryObjectStore()] } = options;
  const passwords = new PasswordHasher(CHEAP_HASHES);
  const throttles = new ThrottleService(new MemoryCounterStore(clock.now), {
    ...loadConfig({}).throttles,
    ...options.throttles,
  });
  const tokens = new TokenSigner(TOKEN_KEY);
  const idempotency = new IdempotencyService(model.idempotencyKeys, clock.now);
  const deps = { ...model, passwords, throttles, tokens, idempotency, log: SILENT };
  const credentials = new Credentials(deps);
  const { registrations = 'open', tokenTtlMs = loadConfig({}).tokenTtlMs } = options;
  const mailer = new MemoryMailer();
  const outbox = new Outbox({ mailer, log: SILENT });
  const mailRoom = options.mails ? { outbox, site: SITE } : undefined;
  const emailConfirmations = new EmailConfirmationService({ ...deps, mailRoom });
  const users = new UserService({ ...deps, emailConfirmations, registrations });
  const sessions = new SessionService({
    ...deps,
    credentials,
    tokenTtlMs,
    sessionIdleMs: loadConfig({}).sessionIdleMs,
    cacheSize: 1000,
    believeMs: options.believeMs ?? 1000,
  });
  const apps = new AppService(deps);
  const authorizations = new AuthorizationService({
    ...deps,
    apps,
    credentials,
    sessionService: sessions,
    sessionIdleMs: loadConfig({}).sessionIdleMs,
    takesPasswords: options.takesPasswords ?? false,
  });
  const forOwners = {
    ...deps,
    credentials,
    sessionService: sessions,
    userService: users,
    mailRoom,
  };
  const objects = { current: objectStores[0], all: objectStores };
  const dataExports = new DataExports({ ...deps, objects });
  const events = new Events(SILENT);
  const files = new StoredFiles({ ...deps, objects });
  const uploads = new Uploads({ queue: options.pictureQueue ?? 20 });
  const forPictures = { ...deps, files, uploads, processor: options.processor ?? anyPicture };
  const pictures = new ProfilePictureService({ ...forPictures, events, userService: users });
  const media = new MediaService(forPictures);
  const notifier = new Notifier({ ...deps, events });
  const userViews = new UserViews(deps);
  const filterMatchers = new FilterMatchers({ ...deps, believeMs: options.believeMs ?? 1000 });
  const tweetViews = new TweetViews({ ...deps, userViews, filterMatchers });
  const timelineStore = new SqlTimelineStore(model.timelines);
  const notificationService = new NotificationService({ ...deps, tweetViews, userViews });
  const timelines = new TimelineService({
    timelines: timelineStore,
    bodies: new TweetBodies({ ...model, encode: encodeTweet, cache: undefined }),
    pages: undefined,
  });
  const userDeletion = new UserDeletion(deps);
  const ownDeletions = new OwnDeletionService({
    ...forOwners,
    userDeletion,
    timelines,
    files,
    events,
  });
  const relationChanges = new RelationChanges({ ...deps, timelines, events });
  const follows = new FollowService({ ...deps, notifier, relationChanges });
  const mutes = new MuteService({ ...deps, relationChanges });
  const people = new PeopleService({ ...deps, userViews, isHere });
  return {
    clock,
    model,
    store: model.store,
    passwords,
    credentials,
    tokens,
    mailer,
    outbox,
    emailConfirmations,
    passwordResets: new PasswordResetService(forOwners),
    passwordChanges: new PasswordChangeService(forOwners),
    emailChanges: new EmailChangeService(forOwners),
    users,
    userAdmin: new UserAdminService({ ...deps, userDeletion }),
    userDeletion,
    ownDeletions,
    stats: new StatsService(deps),
    sessions,
    files,
    apps,
    authorizations,
    pictures,
    media,
    tweets: new TweetService({
      ...deps,
      tweetViews,
      tweetMedia: new TweetMedia(deps),
      entities: new TweetEntities({ ...deps, isHere }),
      timelines,
      notifier,
      events,
    }),
    dataExports,
    dataDownloads: new DataDownloads({ ...forOwners, dataExports }),
    conversations: new ConversationService({ ...deps, tweetViews }),
    search: new SearchService({ ...deps, userViews, tweetViews, isHere }),
    searchIndexer: new SearchIndexer({ ...deps, leases: new LeaseDao(model.store) }),
    tweetViews,
    userViews,
    notifier,
    notifications: notificationService,
    streams: new StreamService({
      ...deps,
      streamAudience: new StreamAudience(deps),
      tweetViews,
      filterMatchers,
      notificationService,
      relay: new EventRelay({ events, bus: undefined, log: SILENT }),
    }),
    notificationGroups: new NotificationGroupService({ ...deps, notificationService }),
    events,
    follows,
    followedHashtags: new FollowedHashtagService({ ...deps, relationChanges }),
    filterMatchers,
    filters: new FilterService({ ...deps, filterMatchers, tweetViews, events }),
    blocks: new BlockService({ ...deps, followService: follows, relationChanges }),
    mutes,
    relations: new RelationService(deps),
    people,
    profiles: new ProfileService({ ...deps, followService: follows, events }),
    profileTweets: new ProfileTweets({ ...deps, people }),
    timelines,
    housekeeping: new Housekeeping({ ...deps, mediaService: media, files, mutes, ownDeletions }),
    feeds: new FeedService({ ...model, timelines: timelineStore }),
    lists: new ListService({ ...deps, timelines }),
    markers: new MarkerService(deps),
    reactions: new ReactionService({ ...deps, tweetViews, timelines, notifier, events }),
    signUp: (name: string, changes?: Partial<SignUp>) =>
      users.signUp({ ...signUpOf(name), ...changes }, { address: ADDRESS }),
    logIn: (email: string, password: string, address = ADDRESS) =>
      sessions.logIn({ email, password, address }),
    /** Signs somebody up and logs him in. */
    join: (name: string) => join({ users, sessions, tokens, clock }, name),
  };
}

/** What somebody of this name sends to sign up. */
export function signUpOf(name: string) {
  return {
    name,
    email: `${name.toLowerCase().replaceAll(' ', '.')}@example.com`,
    password: `${name} likes long walks`,
  };
}

async function makeModel(
  t: TestContext,
  { now }: FakeClock,
  { engine = 'sqlite', wrapStore }: ServicesOptions,
) {
  const real = await freshStore(t, engine);
  const store = wrapStore?.(real) ?? real;
  const daos = makeDaos(store, new TweetIds({ node: () => 0, above: 0, now }), HASH_OF);
  return {
    store,
    now,
    ...daos,
    searchIndex: new SearchIndex(daos),
    outsideChanges: new OutsideChangeDao(store),
  };
}

async function join(
  {
    users,
    sessions,
    tokens,
    clock,
  }: { users: UserService; sessions: SessionService; tokens: TokenSigner; clock: FakeClock },
  name: string,
): Promise<Member> {
  const signUp = signUpOf(name);
  const user = await users.signUp(signUp, { address: ADDRESS });
  const { accessToken: token } = await sessions.logIn({ ...signUp, address: ADDRESS });
  // Not by `authenticate`: the token shall not be known to the cache already.
  const { jti } = await tokens.verify(token, clock.now());
  return {
    user,
    viewer: { userId: user.id, jti, scopes: EVERYTHING },
    password: signUp.password,
    token,
  };
}
