/**
 * What can be set, and nothing else: environment → one validated, typed, frozen object.
 * This is the only file that reads `process.env`. `config/settings.ts` has all settings, in their words;
 * `.env.example` lists the same, and a test holds the two together.
 */
import path from 'node:path';
import { readSettings, type SettingValues } from './config/settings.ts';

export { ConfigError, envExample, SETTING_NAMES, settingHelp } from './config/settings.ts';

/** Where the rows are: a file of this machine, or a MySQL server. */
export type DatabaseConfig =
  | { readonly engine: 'sqlite'; readonly file: string; readonly writeQueue: number }
  | {
      readonly engine: 'mysql';
      readonly url: string;
      readonly poolSize: number;
      readonly writeQueue: number;
    };

/** An S3 bucket and how to reach it. */
export interface S3Config {
  readonly bucket: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly publicUrl: string | undefined;
  readonly credentials: { accessKeyId: string; secretAccessKey: string } | undefined;
}

/** Where mails are handed over, and what stands in them. */
export interface MailConfig {
  readonly smtpUrl: string;
  /** The sender's address. */
  readonly from: string;
  /** How people reach the server: where links lead. */
  readonly publicUrl: string;
}

function mailConfig(values: SettingValues): MailConfig | undefined {
  const { SMTP_URL, MAIL_FROM, MINITTER_PUBLIC_URL } = values;
  if (!SMTP_URL || !MAIL_FROM || !MINITTER_PUBLIC_URL) return undefined;
  return { smtpUrl: SMTP_URL, from: MAIL_FROM, publicUrl: MINITTER_PUBLIC_URL };
}

/** What this server says of itself. */
export interface SiteConfig {
  readonly title: string;
  readonly description: string;
  readonly rules: readonly string[];
  /** An e-mail address. */
  readonly contact: string | undefined;
}

function siteConfig(values: SettingValues): SiteConfig {
  const { SITE_TITLE, SITE_DESCRIPTION, SITE_RULES, SITE_CONTACT } = values;
  return {
    title: SITE_TITLE,
    description: SITE_DESCRIPTION,
    rules: SITE_RULES,
    contact: SITE_CONTACT,
  };
}

/** The limits of sign-up and log-in; times in milliseconds. */
export interface ThrottleConfig {
  readonly on: boolean;
  readonly windowMs: number;
  readonly signUpsPerAddress: number;
  readonly logInsPerAddress: number;
  /** Apps that one network address may register in a window. */
  readonly appsPerAddress: number;
  /** Mails that one network address may ask for in a window. */
  readonly mailsPerAddress: number;
  /** Searches of one user, or of one network address that nobody has logged in from. */
  readonly searches: number;
  readonly freeFailures: number;
  readonly pauseMaxMs: number;
}

/** What the whole server is built from. */
export type Config = ReturnType<typeof loadConfig>;

/**
 * Reads the environment. Relative paths are taken from `cwd`.
 *
 * @throws {ConfigError} with one line per mistake
 */
export function loadConfig(env: NodeJS.ProcessEnv = process.env, cwd: string = process.cwd()) {
  const values = readSettings(env);
  const dataDir = path.resolve(cwd, values.MINITTER_DATA_DIR);
  return Object.freeze({
    host: values.HOST,
    port: values.PORT,
    dataDir,
    publicUrl: values.MINITTER_PUBLIC_URL,
    secret: values.MINITTER_SECRET,
    database: databaseConfig(values, dataDir, cwd),
    redisUrls: values.REDIS_URL,
    timelines: timelineConfig(values),
    registrations: values.REGISTRATIONS,
    site: siteConfig(values),
    requestsPerUser: values.RATE_LIMITS === 'on' ? values.REQUESTS_PER_USER : undefined,
    searchIndex: values.SEARCH_INDEX === 'on',
    passwords: {
      cost: values.BCRYPT_COST,
      workers: values.PASSWORD_WORKERS,
      queue: values.PASSWORD_QUEUE,
    },
    sessionCache: values.SESSION_CACHE,
    backups: backupConfig(values, dataDir, cwd),
    tokenTtlMs: values.TOKEN_TTL_SECONDS * 1000,
    sessionIdleMs: values.SESSION_IDLE_DAYS * 86_400_000,
    oauthPasswordGrant: values.OAUTH_PASSWORD_GRANT === 'true',
    s3: s3Config(values),
    mail: mailConfig(values),
    corsOrigins: values.CORS_ORIGINS,
    trustedProxies: values.TRUSTED_PROXIES,
    logLevel: values.LOG_LEVEL,
    logRequests: values.LOG_REQUESTS === 'on',
    metrics: metricsConfig(values),
    throttles: {
      on: values.RATE_LIMITS === 'on',
      windowMs: values.RATE_WINDOW_SECONDS * 1000,
      signUpsPerAddress: values.SIGN_UPS_PER_ADDRESS,
      logInsPerAddress: values.LOG_INS_PER_ADDRESS,
      appsPerAddress: values.APPS_PER_ADDRESS,
      mailsPerAddress: values.MAILS_PER_ADDRESS,
      searches: values.SEARCHES,
      freeFailures: values.LOG_IN_FREE_FAILURES,
      pauseMaxMs: values.LOG_IN_PAUSE_MAX_SECONDS * 1000,
    } satisfies ThrottleConfig,
    bodyMaxBytes: values.BODY_MAX_BYTES,
    pictures: {
      maxBytes: values.PICTURE_MAX_BYTES,
      maxPixels: values.PICTURE_MAX_PIXELS,
      queue: values.PICTURE_QUEUE,
    },
    timelineQueue: values.TIMELINE_QUEUE,
    requestLimit: values.REQUEST_LIMIT,
    shutdown: shutdownConfig(values),
  });
}

function databaseConfig(values: SettingValues, dataDir: string, cwd: string): DatabaseConfig {
  const url = values.DATABASE_URL;
  const writeQueue = values.WRITE_QUEUE;
  if (url?.startsWith('mysql:')) {
    return { engine: 'mysql', url, poolSize: values.DATABASE_POOL_SIZE, writeQueue };
  }
  const file = url
    ? path.resolve(cwd, url.slice('sqlite:'.length))
    : path.join(dataDir, 'minitter.db');
  return { engine: 'sqlite', file, writeQueue };
}

/** Who may read the metrics, and where. */
export interface MetricsConfig {
  /** Asked for unless undefined. */
  readonly token: string | undefined;
  /** Where they have a port of their own; otherwise they are at the server's. */
  readonly listen: { readonly host: string; readonly port: number } | undefined;
}

function metricsConfig(values: SettingValues): MetricsConfig | undefined {
  const { METRICS_TOKEN: token, METRICS_PORT: port, METRICS_HOST: host } = values;
  if (token === undefined && port === undefined) return undefined;
  return { token, listen: port === undefined ? undefined : { host, port } };
}

/** The times of a stop, in milliseconds. */
export interface ShutdownConfig {
  /** Undefined unless it is set. */
  readonly delayMs: number | undefined;
  readonly timeoutMs: number;
}

function shutdownConfig(values: SettingValues): ShutdownConfig {
  const delay = values.SHUTDOWN_DELAY_SECONDS;
  return {
    delayMs: delay === undefined ? undefined : delay * 1000,
    timeoutMs: values.SHUTDOWN_TIMEOUT_SECONDS * 1000,
  };
}

/** The backups that the server takes by itself. */
export interface BackupConfig {
  /** From one to the next; 0 for none. */
  readonly everyMs: number;
  readonly folder: string;
  /** How many are kept. */
  readonly keep: number;
}

function backupConfig(values: SettingValues, dataDir: string, cwd: string): BackupConfig {
  const { BACKUP_EVERY: hours, BACKUP_FOLDER: folder, BACKUP_KEEP: keep } = values;
  return {
    everyMs: hours * 3_600_000,
    folder: folder ? path.resolve(cwd, folder) : path.join(dataDir, 'backups'),
    keep,
  };
}

/** How timelines are kept, and in how many bytes. */
export interface TimelineConfig {
  readonly store: 'memory' | 'sql' | 'redis';
  readonly cacheBytes: number;
}

function timelineConfig(values: SettingValues): TimelineConfig {
  const { TIMELINE_STORE: chosen, DATABASE_URL: url, REDIS_URL: redis } = values;
  const shared = redis ? 'redis' : 'sql';
  const fitting = url?.startsWith('mysql:') ? shared : 'memory';
  return {
    store: chosen === 'auto' ? fitting : chosen,
    cacheBytes: values.TIMELINE_CACHE_MB * 2 ** 20,
  };
}

function s3Config(values: SettingValues): S3Config | undefined {
  if (!values.S3_BUCKET) return undefined;
  return {
    bucket: values.S3_BUCKET,
    region: values.S3_REGION,
    endpoint: values.S3_ENDPOINT,
    publicUrl: values.S3_PUBLIC_URL,
    credentials:
      values.S3_ACCESS_KEY_ID && values.S3_SECRET_ACCESS_KEY
        ? { accessKeyId: values.S3_ACCESS_KEY_ID, secretAccessKey: values.S3_SECRET_ACCESS_KEY }
        : undefined,
  };
}
