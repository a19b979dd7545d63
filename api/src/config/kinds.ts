/** Kinds of settings: how a text becomes a value, and what is said of one that cannot. */
import { isIP } from 'node:net';

/** One setting: how its text becomes a value, what holds without it, and what it is for. */
export interface Setting<T> {
  readonly parse: (text: string) => T;
  readonly fallback: T;
  /** The default as `.env.example` prints it. */
  readonly example: string;
  readonly help: string;
}

const fail = (wanted: string): never => {
  throw new Error(wanted);
};

export function integer(fallback: number, min: number, max: number, help: string): Setting<number> {
  return {
    fallback,
    example: String(fallback),
    help,
    parse: (text) => {
      const value = Number(text);
      return /^\d+$/.test(text) && value >= min && value <= max
        ? value
        : fail(`must be a whole number from ${min} to ${max}`);
    },
  };
}

export function text(fallback: string, help: string): Setting<string> {
  return { fallback, example: fallback, help, parse: (value) => value };
}

/** Texts with a `|` between them. */
export function texts(help: string): Setting<readonly string[]> {
  const parse = (value: string) =>
    value
      .split('|')
      .map((one) => one.trim())
      .filter(Boolean);
  return { fallback: [], example: '', help, parse };
}

export function optional(help: string, check: (value: string) => string = (value) => value) {
  return { fallback: undefined, example: '', help, parse: check } satisfies Setting<
    string | undefined
  > as Setting<string | undefined>;
}

/** A whole number that is undefined unless it is given. */
function optionalInteger(min: number, max: number, help: string): Setting<number | undefined> {
  const { parse } = integer(min, min, max, help);
  return { fallback: undefined, example: '', help, parse };
}

export const optionalPort = (help: string) => optionalInteger(0, 65_535, help);
export const optionalSeconds = (help: string) => optionalInteger(0, 3600, help);

export function choice<const T extends string>(
  fallback: NoInfer<T>,
  choices: readonly T[],
  help: string,
): Setting<T> {
  return {
    fallback,
    example: fallback,
    help,
    parse: (value) =>
      choices.find((one) => one === value) ?? fail(`must be one of: ${choices.join(', ')}`),
  };
}

export function list(
  fallback: readonly string[],
  help: string,
  check: (item: string) => string,
): Setting<readonly string[]> {
  return {
    fallback,
    example: fallback.join(','),
    help,
    parse: (value) =>
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map(check),
  };
}

export function httpUrl(value: string): string {
  const url = URL.parse(value);
  if (!url || !/^https?:$/.test(url.protocol) || url.search !== '' || url.hash !== '') {
    return fail('must be an address such as https://minitter.example');
  }
  // In the spelling that may stand in a header: a host of other scripts in ASCII.
  return url.href.replace(/\/+$/, '');
}

export function databaseUrl(value: string): string {
  if (value.startsWith('sqlite:') && value.length > 'sqlite:'.length) return value;
  const url = URL.parse(value);
  if (url?.protocol === 'mysql:' && url.hostname !== '' && url.pathname.length > 1) return value;
  return fail('must be sqlite:<path> or mysql://user:password@host:port/database');
}

export function smtpUrl(value: string): string {
  const url = URL.parse(value);
  if (url && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return value;
  return fail('must be smtp://user:password@host:port or smtps://…');
}

export function mailAddress(value: string): string {
  return /^[^\s@<>"]+@[^\s@<>"]+$/.test(value) ? value : fail('must be an e-mail address');
}

export function redisUrls(value: string): readonly string[] {
  const urls = value.split(',').map((one) => one.trim());
  const areRight = urls.every((one) => {
    const url = URL.parse(one);
    return url && /^rediss?:$/.test(url.protocol) && url.hostname !== '';
  });
  return areRight
    ? urls
    : fail('must be redis://user:password@host:port, or several of them separated by commas');
}

export function secret(value: string): string {
  return Buffer.byteLength(value) >= 32 ? value : fail('must be text of at least 32 bytes');
}

export function metricsToken(value: string): string {
  return Buffer.byteLength(value) >= 16 ? value : fail('must be text of at least 16 bytes');
}

export function origin(value: string): string {
  if (value === '*') return value;
  return URL.parse(value)?.origin === value
    ? value
    : fail('must be * or origins such as https://app.example, separated by commas');
}

export function proxy(value: string): string {
  const [address = '', bits, ...rest] = value.split('/');
  const family = isIP(address);
  const widest = family === 4 ? 32 : 128;
  const bitsAreRight = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= widest);
  return family !== 0 && bitsAreRight && rest.length === 0
    ? value
    : fail('must be addresses or networks such as 10.0.0.0/8, separated by commas');
}
