/** What can be set for one deployment: CDK context (`cdk.json`, `-c name=value`) → one checked object. */
import { serverSettings } from './server-settings.ts';
import { SIZES, type Size, type SizeName } from './sizes.ts';

/** Everything that a deployment is made from. */
export interface Settings {
  /** Stands before every name: `minitter` unless a second deployment lives in the same account. */
  readonly name: string;
  readonly region: string;
  /** The two availability zones, such as `ap-northeast-2a`. */
  readonly zones: readonly string[];
  readonly size: Size;
  /** Where people reach the server, such as `minitter.example`. */
  readonly domain: string;
  /** The Route 53 zone that the domain lies in. */
  readonly zoneName: string;
  readonly hostedZoneId: string;
  /** The release to run: `0.1.0` stands for `minitter-0.1.0.tgz` in the artefact bucket. */
  readonly version: string;
  /** SHA-256 of that file in hexadecimal. */
  readonly artefactSha256: string;
  /** Whether the database has a standby in the other zone. */
  readonly multiAz: boolean;
  /** Whether there is a Valkey cache at all. */
  readonly cache: boolean;
  /** An RDS snapshot to begin with, instead of an empty database. */
  readonly restoreSnapshot: string | undefined;
  /** Who is written to when an alarm goes off. */
  readonly alarmEmail: string | undefined;
  /** Whether an alarm that goes off ends a release. Off for a release that mends what the alarm is about. */
  readonly stopOnAlarm: boolean;
  /** Web pages that may call the API and read pictures. */
  readonly corsOrigins: readonly string[];
  /** How long logs are kept, in days; one of the periods that CloudWatch knows. */
  readonly logDays: number;
  /** Settings of the server itself by their name in `.env.example`. */
  readonly server: Readonly<Record<string, string>>;
  /** Who takes the server's mails. Without it the server sends none. */
  readonly mail: Mail | undefined;
}

/** How the server sends mails, such as those of forgotten passwords. */
export interface Mail {
  /** Such as `smtp://email-smtp.ap-northeast-2.amazonaws.com:587`, without user and password. */
  readonly smtpUrl: string;
  /** The ARN of a secret with `{"username": …, "password": …}`. */
  readonly smtpSecret: string;
  /** The sender. */
  readonly mailFrom: string;
}

/** Reads one context value, as `node.tryGetContext` does. */
export type Lookup = (name: string) => unknown;

/** Thrown by {@link loadSettings}; the message has one readable line per wrong setting. */
export class SettingsError extends Error {}

/** The periods for which CloudWatch keeps logs, in days, up to two years. */
export const LOG_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731] as const;

/** What `cdk.json` holds until somebody has set a domain of their own. */
export const EXAMPLE_DOMAIN = 'your.domain';

/** One origin or several; with nothing in it that a shell would read as more than text. */
const CORS_ORIGINS = /^(\*|https?:\/\/[\w.:-]+(,https?:\/\/[\w.:-]+)*)$/;

const MAIL_ADDRESS = /^[^@\s'"$`\\]+@[^@\s'"$`\\]+$/;
const SMTP_URL = /^smtps?:\/\/[\w.-]+:\d{1,5}$/;
/** With the six characters that Secrets Manager puts at its end. */
const SECRET_ARN = /^arn:aws[\w-]*:secretsmanager:[\w-]+:\d{12}:secret:[\w/+=.@-]+-\w{6}$/;

/** Each of them needs the others. */
const MAIL_NAMES = ['smtpUrl', 'smtpSecret', 'mailFrom'];

/** The hash of no file; `npm run deploy` puts the real one in its place. */
const NO_SHA256 = '0'.repeat(64);

/**
 * Reads all settings, and collects what is wrong instead of stopping at the first mistake.
 *
 * @throws {SettingsError} with one line per mistake
 */
export function loadSettings(lookup: Lookup): Settings {
  const mistakes: string[] = [];
  const text = (name: string, fallback: string, pattern: RegExp, wanted: string): string => {
    const value = asText(lookup(name)).trim() || fallback;
    if (!pattern.test(value)) mistakes.push(`${name} must be ${wanted}, not "${value}"`);
    return value;
  };
  const flag = (name: string, fallback: boolean): boolean =>
    text(name, String(fallback), /^(true|false)$/, 'true or false') === 'true';
  const optional = (name: string, pattern: RegExp, wanted: string): string | undefined =>
    lookup(name) === undefined ? undefined : text(name, '', pattern, wanted);

  const sizeName = text('size', 'small', /^(small|standard|large)$/, 'small, standard or large');
  const size = SIZES[sizeName as SizeName] ?? SIZES.small;
  const region = text('region', 'ap-northeast-2', /^[a-z]{2}(-[a-z]+)+-\d$/, 'an AWS region');
  const domain = text('domain', '', /^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'a host name');
  const settings: Settings = {
    name: text('name', 'minitter', /^[a-z][a-z0-9-]{0,19}$/, 'up to 20 of a-z, 0-9 and -'),
    region,
    zones: text('zones', `${region}a,${region}c`, /^[^,]+,[^,]+$/, 'two zones and a comma').split(
      ',',
    ),
    size,
    domain,
    zoneName: text('zoneName', domain, /^([a-z0-9-]+\.)+[a-z0-9-]+$/, 'the name of a zone'),
    hostedZoneId: text('hostedZoneId', '', /^Z[A-Z0-9]+$/, 'the id of a Route 53 zone'),
    version: text('version', '0.0.0', /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/, 'such as 0.1.0'),
    artefactSha256: text('artefactSha256', NO_SHA256, /^[0-9a-f]{64}$/, '64 hexadecimal digits'),
    multiAz: flag('multiAz', size.database.multiAz),
    cache: flag('cache', true),
    restoreSnapshot: optional('restoreSnapshot', /^[a-zA-Z][\w:-]*$/, 'the id of an RDS snapshot'),
    alarmEmail: optional('alarmEmail', MAIL_ADDRESS, 'an e-mail address'),
    stopOnAlarm: flag('stopOnAlarm', true),
    corsOrigins: text(
      'corsOrigins',
      '*',
      CORS_ORIGINS,
      '* or origins such as https://app.example, with commas',
    ).split(','),
    logDays: Number(text('logDays', '90', new RegExp(`^(${LOG_DAYS.join('|')})$`), days())),
    server: serverSettings(lookup('server'), mistakes),
    mail: isGiven(MAIL_NAMES, lookup)
      ? {
          smtpUrl: text('smtpUrl', '', SMTP_URL, 'smtp://host:587 or smtps://host:465'),
          smtpSecret: text('smtpSecret', '', SECRET_ARN, 'the ARN of a secret'),
          mailFrom: text('mailFrom', '', MAIL_ADDRESS, 'an e-mail address'),
        }
      : undefined,
  };
  if (domain !== settings.zoneName && !domain.endsWith(`.${settings.zoneName}`)) {
    mistakes.push(`domain "${domain}" does not lie in the zone "${settings.zoneName}"`);
  }
  if (mistakes.length > 0) throw new SettingsError(mistakes.join('\n'));
  return settings;
}

/** Whether one of these was set. */
const isGiven = (names: readonly string[], lookup: Lookup) =>
  names.some((name) => lookup(name) !== undefined);

/** `-c name=value` gives text, `cdk.json` may have numbers and booleans; anything else is a mistake. */
function asText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object'
    ? JSON.stringify(value)
    : `${value as string | number | boolean}`;
}

const days = () => `one of ${LOG_DAYS.join(', ')}`;
