/** Every setting there is, what it is for, and what holds without it. */
import { availableParallelism } from 'node:os';
import {
  choice,
  databaseUrl,
  httpUrl,
  integer,
  list,
  mailAddress,
  metricsToken,
  optional,
  optionalPort,
  optionalSeconds,
  origin,
  proxy,
  redisUrls,
  secret,
  smtpUrl,
  text,
  texts,
  type Setting,
} from './kinds.ts';

/** Thrown by {@link readSettings}; `mistakes` holds one readable line per wrong setting. */
export class ConfigError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join('\n'));
    this.name = 'ConfigError';
    this.mistakes = mistakes;
  }
}

/** Every setting, in the order in which `.env.example` shows them. */
const SETTINGS = {
  PORT: integer(5000, 0, 65_535, 'The TCP port the server listens on.'),
  HOST: text('127.0.0.1', 'The address it listens on; 0.0.0.0 lets other machines in.'),
  MINITTER_DATA_DIR: text('./data', 'Where database, signing key and pictures are kept.'),
  MINITTER_PUBLIC_URL: optional(
    'How people reach the server, such as https://minitter.example. Without it addresses are ' +
      'built from the request.',
    httpUrl,
  ),
  SITE_TITLE: text('Minitter', 'The name of this server, as apps show it.'),
  SITE_DESCRIPTION: text('', 'What this server is for, in a sentence or two.'),
  SITE_RULES: texts('What people who sign up agree to: rules separated by |.'),
  SITE_CONTACT: optional(
    'The e-mail address of whoever runs this server, shown to all.',
    mailAddress,
  ),
  MINITTER_SECRET: optional(
    'The key that signs tokens: UTF-8 text of at least 32 bytes. Without it a key is made on ' +
      'the first start and kept in the data folder. Servers that share a database must share it.',
    secret,
  ),
  DATABASE_URL: optional(
    'sqlite:<path> or mysql://user:password@host:port/database. Without it: SQLite in the data ' +
      'folder.',
    databaseUrl,
  ),
  DATABASE_POOL_SIZE: integer(10, 1, 1000, 'MySQL only: connections held at most.'),
  REDIS_URL: {
    fallback: undefined,
    example: '',
    help:
      'MySQL only: redis://user:password@host:port (rediss:// with TLS) of a Redis 7 or newer that ' +
      'all servers share, for timelines and limits; several nodes of one Redis Cluster are ' +
      'separated by commas. It may be away at times.',
    parse: redisUrls,
  } satisfies Setting<readonly string[] | undefined> as Setting<readonly string[] | undefined>,
  TIMELINE_STORE: choice(
    'auto',
    ['auto', 'memory', 'sql', 'redis'],
    'How timelines are kept: memory (one server only), sql (any number), redis (any number), auto ' +
      '(memory with SQLite, sql with MySQL, redis with MySQL and REDIS_URL). All servers of one ' +
      'database must have the same.',
  ),
  TIMELINE_CACHE_MB: integer(
    256,
    1,
    65_536,
    'The most memory for timelines, in MB; it is taken as it is needed. What does not fit is read ' +
      'from the database.',
  ),
  SEARCH_INDEX: choice(
    'on',
    ['on', 'off'],
    'Whether this server has tweets and people found that are new. Servers that share a database take turns; ' +
      'off is for those that shall have no such work.',
  ),
  REGISTRATIONS: choice(
    'open',
    ['open', 'approval', 'closed'],
    'Who may sign up: open (anyone), approval (an admin lets them in), closed (nobody).',
  ),
  BCRYPT_COST: integer(12, 4, 16, 'The work of one password hash; each step doubles it.'),
  PASSWORD_WORKERS: integer(
    Math.max(1, Math.min(availableParallelism() - 1, 3)),
    1,
    64,
    'Password hashes computed at once; the default is the number of cores less one, 3 at most.',
  ),
  PASSWORD_QUEUE: integer(100, 1, 100_000, 'Password hashes that may wait; more are turned away.'),
  TOKEN_TTL_SECONDS: integer(86_400, 1, 315_360_000, 'How long a token of /login is good for.'),
  SESSION_IDLE_DAYS: integer(365, 1, 36_500, 'How long an app stays logged in without being used.'),
  OAUTH_PASSWORD_GRANT: choice(
    'false',
    ['true', 'false'],
    'Whether apps may ask people for their password themselves, instead of having them log in on a ' +
      'page of this server.',
  ),
  SESSION_CACHE: integer(
    100_000,
    1000,
    10_000_000,
    'Sessions remembered between requests; each takes some 400 bytes.',
  ),
  S3_BUCKET: optional('The bucket for pictures. Without it pictures are kept in the data folder.'),
  S3_REGION: text('ap-northeast-2', "The bucket's region."),
  S3_ENDPOINT: optional("An S3-speaking server other than Amazon's.", httpUrl),
  S3_PUBLIC_URL: optional(
    'Where the world reads the bucket, such as a CDN. Without it addresses are presigned.',
    httpUrl,
  ),
  S3_ACCESS_KEY_ID: optional('Without the two keys the role of the machine is used.'),
  S3_SECRET_ACCESS_KEY: optional('Belongs to S3_ACCESS_KEY_ID.'),
  SMTP_URL: optional(
    'The server that takes mails: smtp://user:password@host:587, or smtps:// for TLS from the ' +
      'start. Without it no mails are sent. Needs MAIL_FROM and MINITTER_PUBLIC_URL.',
    smtpUrl,
  ),
  MAIL_FROM: optional('The sender of mails, such as minitter@minitter.example.', mailAddress),
  CORS_ORIGINS: list(['*'], 'Web pages that may call the API, by origin.', origin),
  TRUSTED_PROXIES: list(
    [],
    'Load balancers, by address or network, whose X-Forwarded-… headers are believed.',
    proxy,
  ),
  LOG_LEVEL: choice(
    'info',
    ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
    'How much is logged.',
  ),
  LOG_REQUESTS: choice('off', ['on', 'off'], 'Whether each request is logged, not failures only.'),
  METRICS_TOKEN: optional(
    'Lets whoever sends it as `Authorization: Bearer …` read /metrics: text of at least 16 bytes.',
    metricsToken,
  ),
  METRICS_PORT: optionalPort(
    'A port of its own for /metrics. Without it and METRICS_TOKEN there are no metrics.',
  ),
  METRICS_HOST: text('127.0.0.1', 'The address that METRICS_PORT listens on.'),
  RATE_LIMITS: choice('on', ['on', 'off'], 'off is for tests and benches only.'),
  REQUESTS_PER_USER: integer(
    1500,
    1,
    10_000_000,
    'Requests to /api/v1 and /api/v2 of one user in five minutes, or from one address without a ' +
      'token; each server counts for itself.',
  ),
  RATE_WINDOW_SECONDS: integer(600, 1, 86_400, 'The window that the limits below count in.'),
  SIGN_UPS_PER_ADDRESS: integer(30, 1, 1_000_000, 'Sign-ups from one address in a window.'),
  LOG_INS_PER_ADDRESS: integer(60, 1, 1_000_000, 'Log-ins from one address in a window.'),
  APPS_PER_ADDRESS: integer(60, 1, 1_000_000, 'Apps registered from one address in a window.'),
  MAILS_PER_ADDRESS: integer(
    10,
    1,
    1_000_000,
    'Mails for forgotten passwords that one address may ask for in a window.',
  ),
  SEARCHES: integer(
    300,
    1,
    1_000_000,
    'Searches of one user in a window, or of one address without a log-in.',
  ),
  LOG_IN_FREE_FAILURES: integer(5, 1, 1000, 'Wrong passwords for one account before it pauses.'),
  LOG_IN_PAUSE_MAX_SECONDS: integer(
    60,
    1,
    3600,
    'The longest pause; it grows 1, 2, 4, … up to it.',
  ),
  BODY_MAX_BYTES: integer(65_536, 1024, 10_485_760, 'The largest JSON body.'),
  PICTURE_MAX_BYTES: integer(10_485_760, 1024, 104_857_600, 'The largest picture file.'),
  PICTURE_MAX_PIXELS: integer(
    50_000_000,
    4096,
    268_000_000,
    'The largest picture, width × height.',
  ),
  PICTURE_QUEUE: integer(20, 1, 1000, 'Uploads at once; more are turned away.'),
  BACKUP_EVERY: integer(
    0,
    0,
    8760,
    'Hours from one backup to the next that the server takes by itself; 0 takes none. Of several ' +
      'servers that share a database, one takes it.',
  ),
  BACKUP_FOLDER: optional(
    'Where these backups are kept; without it, in the folder backups of the data folder. Better on ' +
      'another disk.',
  ),
  BACKUP_KEEP: integer(7, 1, 100_000, 'So many of the newest are kept; older ones are deleted.'),
  WRITE_QUEUE: integer(10_000, 1, 1_000_000, 'Writes that may wait for the database.'),
  TIMELINE_QUEUE: integer(
    1000,
    1,
    1_000_000,
    'TIMELINE_STORE=memory: reads that may wait for the database; more are turned away.',
  ),
  REQUEST_LIMIT: integer(
    4000,
    10,
    1_000_000,
    'Requests under way at once; more are turned away, but for /ping and /ready.',
  ),
  SHUTDOWN_DELAY_SECONDS: optionalSeconds(
    'How long the server goes on serving after it was told to stop, while /ping and /ready say 503, ' +
      'so that load balancers notice. Without it: 5 with MySQL, 0 with SQLite or in a terminal.',
  ),
  SHUTDOWN_TIMEOUT_SECONDS: integer(
    25,
    1,
    3600,
    'How long a stop may take in all. Shortly before its end, requests under way are cut off.',
  ),
};

/** The names of all settings, as they stand in the environment. */
export const SETTING_NAMES = Object.keys(SETTINGS) as readonly (keyof typeof SETTINGS)[];

/** What has been set, and what holds where nothing has. */
export type SettingValues = { [K in keyof typeof SETTINGS]: (typeof SETTINGS)[K]['fallback'] };

/**
 * Reads every setting; collects what is wrong instead of stopping at the first mistake.
 *
 * @throws {ConfigError}
 */
export function readSettings(env: NodeJS.ProcessEnv): SettingValues {
  const mistakes: string[] = [];
  const entries = SETTING_NAMES.map((name) => {
    const setting: Setting<unknown> = SETTINGS[name];
    const value = env[name]?.trim();
    if (value === undefined || value === '') return [name, setting.fallback];
    try {
      return [name, setting.parse(value)];
    } catch (error) {
      mistakes.push(`${name} ${(error as Error).message}`);
      return [name, setting.fallback];
    }
  });
  const values = Object.fromEntries(entries) as SettingValues;
  if (!values.S3_ACCESS_KEY_ID !== !values.S3_SECRET_ACCESS_KEY) {
    mistakes.push('S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be given together');
  }
  if (!values.SMTP_URL !== !values.MAIL_FROM) {
    mistakes.push('SMTP_URL and MAIL_FROM must be given together');
  }
  // A link made from a request would lead where whoever sent that wants it to.
  if (values.SMTP_URL && !values.MINITTER_PUBLIC_URL) {
    mistakes.push('MINITTER_PUBLIC_URL must be given with SMTP_URL: mails have links');
  }
  if ((values.SHUTDOWN_DELAY_SECONDS ?? 0) >= values.SHUTDOWN_TIMEOUT_SECONDS) {
    mistakes.push('SHUTDOWN_DELAY_SECONDS must be less than SHUTDOWN_TIMEOUT_SECONDS');
  }
  const isMysql = values.DATABASE_URL?.startsWith('mysql:') ?? false;
  if (values.REDIS_URL && !isMysql) {
    mistakes.push('REDIS_URL must come with a mysql:// DATABASE_URL');
  }
  if (values.TIMELINE_STORE === 'redis' && !values.REDIS_URL) {
    mistakes.push('TIMELINE_STORE=redis must come with REDIS_URL');
  }
  if (mistakes.length > 0) throw new ConfigError(mistakes);
  return values;
}

/** A setting as documents show it. */
export interface SettingHelp {
  readonly name: string;
  /** What holds without it; empty when that is nothing, or depends on the machine. */
  readonly fallback: string;
  readonly help: string;
}

/** Every setting, in the order in which documents show them. */
export function settingHelp(): readonly SettingHelp[] {
  return SETTING_NAMES.map((name) => {
    const { help, example } = SETTINGS[name];
    // The default of PASSWORD_WORKERS depends on the machine; documents must not.
    return { name, fallback: name === 'PASSWORD_WORKERS' ? '' : example, help };
  });
}

/** The text of `.env.example`: every setting with its help and default, commented out. */
export function envExample(): string {
  const blocks = settingHelp().map(
    ({ name, fallback, help }) => `# ${help}\n# ${name}=${fallback}\n`,
  );
  return [
    '# Settings of Minitter. Copy this file to .env and change what you need.\n',
    ...blocks,
  ].join('\n');
}
