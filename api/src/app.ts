/**
 * The composition root: config → model → adapters → services → view, and back in reverse at the
 * end. The only file that names concrete classes.
 */
import type { FastifyInstance } from 'fastify';
import { createHmac } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import { BackupFolder, backupProcess } from './adapter/backup-folder.ts';
import { MemoryCounterStore } from './adapter/counter-store/memory.ts';
import type { RedisEventBus } from './adapter/redis/event-bus.ts';
import type { RedisLink } from './adapter/redis/link.ts';
import { DiskObjectStore } from './adapter/object-store/disk.ts';
import { SharpPictureProcessor } from './adapter/sharp-pictures.ts';
import { SqlTimelineStore } from './adapter/timeline-store/sql.ts';
import { signingKey } from './adapter/signing-key.ts';
import type { Config, MailConfig } from './config.ts';
import { makeDaos } from './model/daos.ts';
import type { Store } from './model/database.ts';
import { LeaseDao } from './model/leases.ts';
import { migrate, migrationsUpTo, WAITING } from './model/migrate.ts';
import { NodeLease } from './model/node-lease.ts';
import { openStore } from './model/open.ts';
import { OutsideChangeDao } from './model/outside-changes.ts';
import { SharedClock } from './model/shared-clock.ts';
import { TimelineJournal } from './model/timeline-journal.ts';
import { tweetIdAt, TweetIds } from './model/tweet-ids.ts';
import { TweetDao } from './model/tweets.ts';
import { BlockService } from './service/blocks.ts';
import { AppSignUpService } from './service/app-sign-ups.ts';
import { AppService } from './service/apps.ts';
import { AuthorizationService } from './service/authorizations.ts';
import { Credentials } from './service/credentials.ts';
import { ConversationService } from './service/conversations.ts';
import { DataDownloads } from './service/data-downloads.ts';
import { DataExports } from './service/data-exports.ts';
import { EmailChangeService } from './service/email-changes.ts';
import { EmailConfirmationService } from './service/email-confirmations.ts';
import { EventRelay } from './service/event-relay.ts';
import { Events } from './service/events.ts';
import { FeedService } from './service/feeds.ts';
import { FilterMatchers } from './service/filter-matchers.ts';
import { FilterService } from './service/filters.ts';
import { FollowedHashtagService } from './service/followed-hashtags.ts';
import { formerNameHash } from './service/former-names.ts';
import { FollowService } from './service/follows.ts';
import { Housekeeping } from './service/housekeeping.ts';
import { IdempotencyService } from './service/idempotency.ts';
import { MuteService } from './service/mutes.ts';
import { ListService } from './service/lists.ts';
import { InstanceService } from './service/instance.ts';
import { MarkerService } from './service/markers.ts';
import { MediaService } from './service/media.ts';
import { NotificationGroupService } from './service/notification-groups.ts';
import { NotificationService } from './service/notifications.ts';
import { Notifier } from './service/notifier.ts';
import { type MailRoom, Outbox } from './service/outbox.ts';
import { OwnDeletionService } from './service/own-deletions.ts';
import { PasswordChangeService } from './service/password-changes.ts';
import { PasswordResetService } from './service/password-resets.ts';
import { PasswordHasher } from './service/passwords.ts';
import { PeopleService } from './service/people.ts';
import type {
  BytesById,
  Clock,
  CounterStore,
  EventBus,
  Log,
  Mailer,
  PictureProcessor,
  QueueLoad,
  TimelineStore,
} from './service/ports.ts';
import { ProfilePictureService } from './service/profile-pictures.ts';
import { ProfileService } from './service/profiles.ts';
import { ProfileTweets } from './service/profile-tweets.ts';
import { ReactionService } from './service/reactions.ts';
import { ReadinessService } from './service/readiness.ts';
import { RelationChanges } from './service/relation-changes.ts';
import { RelationService } from './service/relations.ts';
import { ReadyTweets } from './service/ready-tweets.ts';
import { RequestLimits } from './service/request-limits.ts';
import { ScheduledBackups } from './service/scheduled-backups.ts';
import { SearchService } from './service/search.ts';
import { SearchIndex } from './service/search-index.ts';
import { SearchIndexer } from './service/search-indexer.ts';
import { SessionService } from './service/sessions.ts';
import { type ObjectStores, StoredFiles } from './service/stored-files.ts';
import type { IsHere } from './service/text-entities.ts';
import { ThrottleService } from './service/throttles.ts';
import { StreamAudience } from './service/stream-audience.ts';
import { StreamService } from './service/streams.ts';
import { TimelinePages } from './service/timeline-pages.ts';
import { TimelineService } from './service/timelines.ts';
import { TokenSigner } from './service/tokens.ts';
import { TweetBodies } from './service/tweet-bodies.ts';
import { TweetEntities } from './service/tweet-entities.ts';
import { TweetMedia } from './service/tweet-media.ts';
import { TweetViews } from './service/tweet-views.ts';
import { TweetService } from './service/tweets.ts';
import { Uploads } from './service/uploads.ts';
import { UserDeletion } from './service/user-deletion.ts';
import { UserViews } from './service/user-views.ts';
import { UserService } from './service/users.ts';
import { breathing, WorkQueue } from './service/work-queue.ts';
import { version } from './version.ts';
import { encodeTweet } from './view/classic/present.ts';
import { statusWriting } from './view/mastodon/ready-status.ts';
import { RequestLoad } from './view/connections.ts';
import { Instruments } from './view/metrics/instruments.ts';
import type { MetricsSources, MetricsText } from './view/metrics/registry.ts';
import { buildServer } from './view/server.ts';
import type { Services } from './view/services.ts';
import { readWebClient } from './view/web/client.ts';

/** A server that is ready to listen. */
export interface App {
  readonly server: FastifyInstance;
  readonly services: Services;
  readonly store: Store;
  readonly timelines: TimelineStore;
  /** Where somebody may read them. */
  readonly metrics: MetricsText | undefined;
  /** Ends what is under way, then closes everything. */
  close(): Promise<void>;
}

/** What a test may put in place of the real thing. */
export interface Overrides {
  readonly now?: Clock;
  readonly objects?: ObjectStores;
  readonly counters?: CounterStore;
  /** Sends the mails of a server that is configured to send any. */
  readonly mailer?: Mailer;
  readonly timelines?: Timelines;
  /** The folder of the built web client, for those who serve it. */
  readonly webFolder?: string | undefined;
}

/** Where the build puts it, and the package has it: beside the sources. */
export const WEB_FOLDER = path.join(import.meta.dirname, '../web');

/** Undone in reverse order. */
type Closers = (() => unknown)[];

/**
 * Opens the database, brings it to the newest schema and builds the server.
 *
 * @throws {Error} with a readable sentence when the database cannot be had
 */
export async function createApp(
  config: Config,
  log: Logger,
  overrides: Overrides = {},
): Promise<App> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  try {
    const instruments = config.metrics && new Instruments();
    const model = await openModel(config, closers, overrides, { instruments, log });
    const adapters = await makeAdapters(config, model, { log, closers, overrides });
    const mailRoom = await makeMailRoom(config, log, closers, overrides);
    const { services, passwords, files } = makeServices(config, model, adapters, mailRoom, log);
    closers.push(() => services.streams.close());
    const backups = makeBackups(config, model, log);
    const { media: mediaService, mutes, ownDeletions } = services;
    const housekeeping = new Housekeeping({
      ...model,
      mediaService,
      files,
      mutes,
      ownDeletions,
      backups,
      log,
    });
    housekeeping.start();
    closers.push(() => housekeeping.stop());
    // Before that: it may be waiting for one.
    closers.push(() => ownDeletions.stop());
    if (config.searchIndex) startIndexer(model, log, closers);
    const load = new RequestLoad(config.requestLimit);
    const metrics =
      instruments &&
      (await readMetrics({
        instruments,
        version,
        timelineStore: config.timelines.store,
        timelines: () => adapters.timelines.stats,
        queues: () => ({
          ...model.store.queues,
          passwords: passwords.load,
          ...services.uploads.queues,
          ...adapters.queues?.(),
          requests: load.queue,
        }),
        streams: () => services.streams.size,
      }));
    const server = await buildServer({
      ...config,
      load,
      web: overrides.webFolder === undefined ? undefined : readWebClient(overrides.webFolder),
      counts: instruments?.requests,
      metrics: metrics && publicMetrics(config, metrics),
      services,
      log,
      version,
      fileMaxBytes: config.pictures.maxBytes,
    });
    closers.push(() => server.close());
    const { timelines } = adapters;
    return { server, services, store: model.store, timelines, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Has tweets and people found, as the server has time for it. */
function startIndexer(model: Model, log: Log, closers: Closers): void {
  const indexer = new SearchIndexer({ ...model, leases: new LeaseDao(model.store), log });
  indexer.start();
  closers.push(() => indexer.stop());
}

type Model = Awaited<ReturnType<typeof openModel>>;

/** Prometheus's library is only for those who use it. */
async function readMetrics(sources: MetricsSources): Promise<MetricsText> {
  const { metricsText } = await import('./view/metrics/registry.ts');
  return metricsText(sources);
}

/** What is read at the server's own port: nothing without a token, or where another port is set. */
function publicMetrics({ metrics }: Config, read: MetricsText) {
  if (metrics?.token === undefined || metrics.listen) return undefined;
  return { read, token: metrics.token };
}

/** Names that an older release has stored, and that are forgotten in one unit. */
const NAMES_PER_UNIT = 500;

async function openModel(
  config: Config,
  closers: Closers,
  overrides: Overrides,
  { instruments, log }: { instruments: Instruments | undefined; log: Log },
) {
  const store = await openStore(config.database, { lock: true, times: instruments?.database });
  closers.push(() => store.close());
  await migrate(store, migrationsUpTo(), () => log.warn({}, WAITING));
  const clock = await SharedClock.start(store);
  closers.push(() => clock.stop());
  const now = overrides.now ?? clock.now;
  const lease = await NodeLease.take(store, now);
  closers.push(() => lease.release());
  const ids = new TweetIds({ node: lease.node, above: await TweetDao.highestId(store), now });
  const journal = config.timelines.store === 'redis' ? new TimelineJournal(store) : undefined;
  const hashOf = formerNameHash(signingKey(config.secret, config.dataDir));
  const daos = makeDaos(store, ids, hashOf, journal);
  while ((await store.write((tx) => daos.formerUsers.forgetNames(tx, NAMES_PER_UNIT))) > 0);
  return {
    store,
    now,
    journal,
    ...daos,
    searchIndex: new SearchIndex(daos),
  };
}

type Timelines = Pick<Adapters, 'timelines' | 'tweetBytes' | 'pageBytes' | 'readyBytes' | 'queues'>;

interface Adapters {
  readonly objects: ObjectStores;
  readonly processor: PictureProcessor;
  readonly counters: CounterStore;
  /** Undefined where there is but one server. */
  readonly bus: EventBus | undefined;
  readonly timelines: TimelineStore;
  /** Tweets ready to send; only where they cannot change elsewhere. */
  readonly tweetBytes: BytesById | undefined;
  /** Memory for whole pages, likewise. */
  readonly pageBytes: number;
  /** And for tweets with everything around them. */
  readonly readyBytes: number;
  /** What waits for timelines, where they are read a few at a time. */
  readonly queues?: () => Readonly<Record<string, QueueLoad>>;
}

interface Surroundings {
  readonly log: Logger;
  readonly closers: Closers;
  readonly overrides: Overrides;
}

async function makeAdapters(
  config: Config,
  model: Model,
  { log, closers, overrides }: Surroundings,
): Promise<Adapters> {
  const link = await openRedis(config, log, closers);
  return {
    objects: overrides.objects ?? (await openObjectStores(config, closers)),
    processor: new SharpPictureProcessor({ maxPixels: config.pictures.maxPixels }),
    counters: overrides.counters ?? (await makeCounters(model, link)),
    bus: link && (await openBus(config, link, { log, closers })),
    ...(overrides.timelines ??
      (link &&
        model.journal &&
        (await makeSharedTimelines(model, model.journal, link, { log, closers }))) ??
      (await makeTimelines(config, model, closers))),
  };
}

async function openRedis(
  { redisUrls }: Config,
  log: Logger,
  closers: Closers,
): Promise<RedisLink | undefined> {
  if (!redisUrls) return undefined;
  // Only for those who use it.
  const { RedisLink } = await import('./adapter/redis/link.ts');
  const link = await RedisLink.open({ urls: redisUrls, log });
  closers.push(() => link.close());
  return link;
}

/** So that only servers with the same key hear of each other. */
const BUS_NAME = 'minitter-events-v1';

async function openBus(
  { redisUrls = [], secret, dataDir }: Config,
  link: RedisLink,
  { log, closers }: Pick<Surroundings, 'log' | 'closers'>,
): Promise<RedisEventBus> {
  const { RedisEventBus } = await import('./adapter/redis/event-bus.ts');
  const key = createHmac('sha256', signingKey(secret, dataDir)).update(BUS_NAME).digest('hex');
  const bus = await RedisEventBus.open({ link, urls: redisUrls, channel: `minitter:${key}`, log });
  closers.push(() => bus.close());
  return bus;
}

async function makeCounters(model: Model, link: RedisLink | undefined): Promise<CounterStore> {
  const own = new MemoryCounterStore(model.now);
  if (!link) return own;
  const { RedisCounterStore } = await import('./adapter/counter-store/redis.ts');
  return new RedisCounterStore(link, own);
}

async function makeSharedTimelines(
  { timelines: tables, now }: Model,
  journal: TimelineJournal,
  link: RedisLink,
  { log, closers }: Pick<Surroundings, 'log' | 'closers'>,
): Promise<Timelines> {
  const { RedisTimelineStore } = await import('./adapter/timeline-store/redis/store.ts');
  const store = new RedisTimelineStore({ link, tables, journal, now, idAt: tweetIdAt, log });
  closers.push(() => store.close());
  return { timelines: store, tweetBytes: undefined, pageBytes: 0, readyBytes: 0 };
}

function makeBackups(
  config: Config,
  { store, now }: Model,
  log: Log,
): ScheduledBackups | undefined {
  const { everyMs, folder, keep } = config.backups;
  if (everyMs === 0) return undefined;
  const start = (file: string) => backupProcess(config, file);
  const backups = new BackupFolder({ folder, keep, start, now });
  return new ScheduledBackups({ leases: new LeaseDao(store), backups, everyMs, now, log });
}

/** Of the memory for timelines, what ready-made tweets get. */
const BODIES_SHARE = 1 / 8;
/** And those with everything around them, as the richer face sends them. */
const READY_SHARE = 1 / 4;
/** And what whole pages get. */
const PAGES_SHARE = 1 / 4;
/** Timelines read from the database at once: each keeps all others waiting for some milliseconds. */
const COLD_READS = 4;

async function makeTimelines(
  { timelines, timelineQueue }: Config,
  model: Model,
  closers: Closers,
): Promise<Timelines> {
  if (timelines.store === 'sql') {
    return {
      timelines: new SqlTimelineStore(model.timelines),
      tweetBytes: undefined,
      pageBytes: 0,
      readyBytes: 0,
    };
  }
  const { ByteCache } = await import('./adapter/timeline-store/memory/byte-cache.ts');
  const { MemoryTimelineStore } = await import('./adapter/timeline-store/memory/store.ts');
  const bodyBytes = Math.floor(timelines.cacheBytes * BODIES_SHARE);
  const pageBytes = Math.floor(timelines.cacheBytes * PAGES_SHARE);
  const readyBytes = Math.floor(timelines.cacheBytes * READY_SHARE);
  const bytes = timelines.cacheBytes - bodyBytes - pageBytes - readyBytes;
  const queue = new WorkQueue({ workers: COLD_READS, limit: timelineQueue });
  const store = new MemoryTimelineStore(model.timelines, { bytes }, breathing(queue));
  const changed = () => store.everythingChanged();
  const isTold = model.store.watch(changed);
  if (!isTold) closers.push(await new OutsideChangeDao(model.store).watch(changed));
  return {
    timelines: store,
    tweetBytes: new ByteCache(bodyBytes),
    pageBytes,
    readyBytes,
    queues: () => ({ timelines: queue.load }),
  };
}

async function openObjectStores(config: Config, closers: Closers): Promise<ObjectStores> {
  const stores = await makeObjectStores(config);
  closers.push(() => stores.close());
  return stores;
}

/** Where pictures are, for the server and for commands. */
export async function makeObjectStores(
  config: Config,
): Promise<ObjectStores & { readonly close: () => void }> {
  const disk = new DiskObjectStore(path.join(config.dataDir, 'pictures'));
  if (!config.s3) return { current: disk, all: [disk], close: () => {} };
  // The SDK takes a tenth of a second to load: only for those who use it.
  const { S3ObjectStore } = await import('./adapter/object-store/s3.ts');
  const s3 = new S3ObjectStore(config.s3);
  return { current: s3, all: [s3, disk], close: () => s3.close() };
}

async function makeMailRoom(
  { mail }: Config,
  log: Logger,
  closers: Closers,
  overrides: Overrides,
): Promise<MailRoom | undefined> {
  if (!mail) return undefined;
  const outbox = new Outbox({ mailer: overrides.mailer ?? (await makeMailer(mail)), log });
  closers.push(() => outbox.close());
  return { outbox, site: mail.publicUrl };
}

/** The library is loaded only by those who send mails. */
export async function makeMailer(mail: MailConfig): Promise<Mailer> {
  const { SmtpMailer } = await import('./adapter/mailer/smtp.ts');
  return new SmtpMailer(mail);
}

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

/** Only where the database tells of every change: here as it happens, and from elsewhere soon after. */
function makeReadyTweets(
  store: Store,
  parts: Omit<ConstructorParameters<typeof ReadyTweets>[0], 'writing'>,
): ReadyTweets | undefined {
  if (parts.bytes === 0) return undefined;
  const ready = new ReadyTweets({ ...parts, writing: statusWriting });
  const isTold = store.hearTouched((rows) => ready.touched(rows));
  if (!isTold) return undefined;
  store.watch(() => ready.forgetAll());
  return ready;
}

/** As with sessions: other servers change filters, too. */
function makeFilterMatchers({ store, filters, now }: Model): FilterMatchers {
  let matchers: FilterMatchers | undefined;
  const isTold = store.watch(() => matchers?.everythingChanged());
  const believeMs = isTold ? BELIEVE_TOLD_MS : BELIEVE_UNTOLD_MS;
  matchers = new FilterMatchers({ filters, believeMs, now });
  return matchers;
}

function makeServices(
  config: Config,
  model: Model,
  adapters: Adapters,
  mailRoom: MailRoom | undefined,
  log: Logger,
) {
  const { registrations } = config;
  const passwords = new PasswordHasher(config.passwords);
  const throttles = new ThrottleService(adapters.counters, config.throttles);
  const idempotency = new IdempotencyService(model.idempotencyKeys, model.now);
  const tokens = new TokenSigner(signingKey(config.secret, config.dataDir));
  const emailConfirmations = new EmailConfirmationService({ ...model, throttles, mailRoom });
  const users = new UserService({
    ...model,
    passwords,
    throttles,
    idempotency,
    emailConfirmations,
    registrations,
  });
  const bodies = new TweetBodies({ ...model, encode: encodeTweet, cache: adapters.tweetBytes });
  const pages = adapters.pageBytes > 0 ? new TimelinePages(adapters.pageBytes) : undefined;
  const timelines = new TimelineService({ ...adapters, bodies, pages });
  const credentials = new Credentials({ ...model, passwords, throttles });
  const sessions = makeSessions({
    ...model,
    credentials,
    tokens,
    log,
    tokenTtlMs: config.tokenTtlMs,
    sessionIdleMs: config.sessionIdleMs,
    cacheSize: config.sessionCache,
  });
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
  const events = new Events(log);
  const notifier = new Notifier({ ...model, events });
  const userViews = new UserViews(model);
  const filterMatchers = makeFilterMatchers(model);
  const tweetViews = new TweetViews({ ...model, userViews, filterMatchers });
  const files = new StoredFiles({ ...model, ...adapters, log });
  const uploads = new Uploads(config.pictures);
  const forPictures = { files, uploads, processor: adapters.processor };
  const relationChanges = new RelationChanges({ ...model, timelines, events });
  const follows = new FollowService({ ...model, notifier, relationChanges });
  const people = new PeopleService({ ...model, userViews, isHere: isHere(config) });
  const notifications = new NotificationService({ ...model, tweetViews, userViews });
  const relay = new EventRelay({ events, bus: adapters.bus, log });
  const streamAudience = new StreamAudience(model);
  const authorizations = new AuthorizationService({
    ...forOwners,
    apps,
    tokens,
    sessionIdleMs: config.sessionIdleMs,
    takesPasswords: config.oauthPasswordGrant,
  });
  const services: Services = {
    users,
    sessions,
    apps,
    authorizations,
    appSignUps: new AppSignUpService({ ...forOwners, authorizations }),
    instance: new InstanceService({ ...model, facts: { ...config, version } }),
    requestLimits: new RequestLimits({ now: model.now, limit: config.requestsPerUser }),
    tweets: new TweetService({
      ...model,
      tweetViews,
      tweetMedia: new TweetMedia(model),
      entities: new TweetEntities({ ...model, isHere: isHere(config) }),
      timelines,
      idempotency,
      events,
      notifier,
    }),
    follows,
    followedHashtags: new FollowedHashtagService({ ...model, relationChanges }),
    filters: new FilterService({ ...model, filterMatchers, tweetViews, idempotency, events }),
    blocks: new BlockService({ ...model, followService: follows, relationChanges }),
    mutes: new MuteService({ ...model, relationChanges, log }),
    relations: new RelationService(model),
    people,
    profiles: new ProfileService({ ...model, followService: follows, events }),
    profileTweets: new ProfileTweets({ ...model, people }),
    reactions: new ReactionService({ ...model, tweetViews, timelines, events, notifier }),
    conversations: new ConversationService({ ...model, tweetViews }),
    timelines,
    feeds: new FeedService({ ...model, ...adapters }),
    lists: new ListService({ ...model, timelines, idempotency }),
    markers: new MarkerService(model),
    emailConfirmations,
    emailChanges: new EmailChangeService(forOwners),
    ownDeletions: new OwnDeletionService({
      ...forOwners,
      userDeletion: new UserDeletion(model),
      timelines,
      files,
      log,
    }),
    passwordChanges: new PasswordChangeService(forOwners),
    passwordResets: new PasswordResetService(forOwners),
    profilePictures: new ProfilePictureService({
      ...model,
      ...forPictures,
      events,
      userService: users,
    }),
    media: new MediaService({ ...model, ...forPictures, log }),
    files,
    uploads,
    search: new SearchService({
      ...model,
      userViews,
      tweetViews,
      throttles,
      isHere: isHere(config),
    }),
    userViews,
    tweetViews,
    notifications,
    notificationGroups: new NotificationGroupService({
      ...model,
      notificationService: notifications,
    }),
    dataDownloads: new DataDownloads({
      ...forOwners,
      dataExports: new DataExports({ ...model, ...adapters }),
    }),
    streams: new StreamService({
      ...model,
      streamAudience,
      tweetViews,
      notificationService: notifications,
      relay,
      log,
    }),
    readyTweets: makeReadyTweets(model.store, {
      tweetViews,
      userViews,
      filterMatchers,
      bytes: adapters.readyBytes,
    }),
    readiness: new ReadinessService({ store: model.store, now: () => performance.now() }),
  };
  return { services, passwords, files };
}

/** Whether the domain behind a name is this server's. */
function isHere({ publicUrl }: Config): IsHere {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return (domain) => domain === undefined || domain.toLowerCase() === own;
}
