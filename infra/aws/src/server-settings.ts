/** Settings of the server itself, such as its title: what an operator may set, and what the cloud sets. */
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Lists every setting of the server. */
const EXAMPLE = path.join(import.meta.dirname, '../../../.env.example');

/** Set by this package, or a secret, which has no place in a template that many may read. */
const TAKEN =
  /^(HOST|PORT|MINITTER_\w+|DATABASE_URL|REDIS_URL|TIMELINE_STORE|S3_\w+|SMTP_URL|MAIL_FROM|CORS_ORIGINS|TRUSTED_PROXIES|METRICS_TOKEN)$/;

/** What a shell or systemd would expand, or take for the end of a line. */
const UNSAFE = /["$`\\\p{Cc}]/u;

/** EC2 takes 16 KB for all that an instance is told when it starts, `install.sh` included. */
const MAX_BYTES = 1000;

/**
 * @param value names as in `.env.example` → text, numbers or booleans; JSON when it comes from `-c`
 * @param mistakes takes one line for each setting that is wrong
 * @returns the settings as text
 */
export function serverSettings(value: unknown, mistakes: string[]): Record<string, string> {
  const given = Object.entries(asObject(value, mistakes)).map(
    ([name, one]) => [name, String(one)] as const,
  );
  const known = knownNames();
  for (const [name, text] of given) {
    const wrong = mistakeOf(name, text, known);
    if (wrong !== undefined) mistakes.push(`server: ${name} ${wrong}`);
  }
  const bytes = Buffer.byteLength(given.flat().join(''));
  if (bytes > MAX_BYTES) mistakes.push(`server must be at most ${MAX_BYTES} bytes, not ${bytes}`);
  return Object.fromEntries(given);
}

function asObject(value: unknown, mistakes: string[]): object {
  const parsed = typeof value === 'string' ? parseJson(value) : (value ?? {});
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  mistakes.push('server must be an object of settings, such as {"SITE_TITLE": "Minitter"}');
  return {};
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const knownNames = (): ReadonlySet<string | undefined> =>
  new Set(
    readFileSync(EXAMPLE, 'utf8')
      .match(/^# [A-Z][A-Z0-9_]*(?==)/gm)
      ?.map((one) => one.slice(2)),
  );

/** @returns what is wrong, as the end of a sentence */
function mistakeOf(
  name: string,
  text: string,
  known: ReadonlySet<string | undefined>,
): string | undefined {
  if (!known.has(name)) return 'is no setting of the server: see .env.example';
  if (TAKEN.test(name)) return 'is not set here: docs/aws.md says where it comes from';
  if (UNSAFE.test(text)) return 'must not have ", $, `, \\ or line breaks in it';
  return undefined;
}
