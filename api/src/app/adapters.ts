/** Builds what is outside and not SQL: pictures, Redis, mails, backups. */
import { createHmac } from 'node:crypto';
import path from 'node:path';
import type { Logger } from 'pino';
import { BackupFolder, backupProcess } from '../adapter/backup-folder.ts';
import { MemoryCounterStore } from '../adapter/counter-store/memory.ts';
import { DiskObjectStore } from '../adapter/object-store/disk.ts';
import type { RedisEventBus } from '../adapter/redis/event-bus.ts';
import type { RedisLink } from '../adapter/redis/link.ts';
import { SharpPictureProcessor } from '../adapter/sharp-pictures.ts';
import { signingKey } from '../adapter/signing-key.ts';
import type { Config, MailConfig } from '../config.ts';
import { LeaseDao } from '../model/leases.ts';
import { type MailRoom, Outbox } from '../service/outbox.ts';
import type { CounterStore, EventBus, Log, Mailer, PictureProcessor } from '../service/ports.ts';
import { ScheduledBackups } from '../service/scheduled-backups.ts';
import type { ObjectStores } from '../service/stored-files.ts';
import type { Model } from './model.ts';
import type { Closers, Surroundings } from './surroundings.ts';
import { makeSharedTimelines, makeTimelines, type Timelines } from './timelines.ts';

/** What services find outside. */
export interface Adapters extends Timelines {
  readonly objects: ObjectStores;
  readonly processor: PictureProcessor;
  readonly counters: CounterStore;
  /** Undefined where there is but one server. */
  readonly bus: EventBus | undefined;
}

/** Opens what the settings name, unless a test has put something in its place. */
export async function makeAdapters(
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
  const { RedisLink } = await import('../adapter/redis/link.ts');
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
  const { RedisEventBus } = await import('../adapter/redis/event-bus.ts');
  const key = createHmac('sha256', signingKey(secret, dataDir)).update(BUS_NAME).digest('hex');
  const bus = await RedisEventBus.open({ link, urls: redisUrls, channel: `minitter:${key}`, log });
  closers.push(() => bus.close());
  return bus;
}

async function makeCounters(model: Model, link: RedisLink | undefined): Promise<CounterStore> {
  const own = new MemoryCounterStore(model.now);
  if (!link) return own;
  const { RedisCounterStore } = await import('../adapter/counter-store/redis.ts');
  return new RedisCounterStore(link, own);
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
  const { S3ObjectStore } = await import('../adapter/object-store/s3.ts');
  const s3 = new S3ObjectStore(config.s3);
  return { current: s3, all: [s3, disk], close: () => s3.close() };
}

/** Where services put mails; undefined where no mails are sent. */
export async function makeMailRoom(
  { mail }: Config,
  { log, closers, overrides }: Surroundings,
): Promise<MailRoom | undefined> {
  if (!mail) return undefined;
  const outbox = new Outbox({ mailer: overrides.mailer ?? (await makeMailer(mail)), log });
  closers.push(() => outbox.close());
  return { outbox, site: mail.publicUrl };
}

/** The library is loaded only by those who send mails. */
export async function makeMailer(mail: MailConfig): Promise<Mailer> {
  const { SmtpMailer } = await import('../adapter/mailer/smtp.ts');
  return new SmtpMailer(mail);
}

/** Backups by schedule; undefined where none are wanted. */
export function makeBackups(
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
