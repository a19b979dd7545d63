/**
 * What a token may be used for (https://docs.joinmastodon.org/api/oauth-scopes/). A scope covers its
 * parts: `write` covers `write:statuses`.
 */

import { DomainError } from './errors.ts';

/** The scopes of a token, separated by spaces. */
export type Scopes = string;

/** What every classic token may do, and what the server's own web client asks for: everything. */
export const EVERYTHING: Scopes = 'read write follow push profile';

const READ = ['accounts', 'blocks', 'bookmarks', 'favourites', 'filters', 'follows', 'lists'];
const READ_TOO = ['mutes', 'notifications', 'search', 'statuses'];
const WRITE = ['accounts', 'blocks', 'bookmarks', 'conversations', 'favourites', 'filters'];
const WRITE_TOO = ['follows', 'lists', 'media', 'mutes', 'notifications', 'reports', 'statuses'];
const ADMIN = ['accounts', 'reports', 'domain_allows', 'domain_blocks', 'ip_blocks'];
const ADMIN_TOO = ['email_domain_blocks', 'canonical_email_blocks'];
const partsOf = (whole: string, parts: readonly string[]) => [
  whole,
  ...parts.map((part) => `${whole}:${part}`),
];

/** Every scope that an app may ask for. */
export const ALL_SCOPES: readonly string[] = [
  'profile',
  ...partsOf('read', [...READ, ...READ_TOO]),
  ...partsOf('write', [...WRITE, ...WRITE_TOO]),
  'follow',
  'push',
  ...partsOf('admin:read', [...ADMIN, ...ADMIN_TOO]),
  ...partsOf('admin:write', [...ADMIN, ...ADMIN_TOO]),
];
const KNOWN = new Set(ALL_SCOPES);

/** What an app gets that names no scope. */
export const USUAL_SCOPES: Scopes = 'read';

/**
 * Scopes as an app names them, each once.
 *
 * @throws {DomainError} `scope_invalid` when there is none, or one is not known
 */
export function scopesText(text: string): Scopes {
  const scopes = new Set(text.split(/\s+/).filter((scope) => scope !== ''));
  if (scopes.size === 0 || [...scopes].some((scope) => !KNOWN.has(scope)))
    throw new DomainError('scope_invalid');
  return [...scopes].join(' ');
}

/** The old scope `follow` covers these, to read and to write. */
const FOLLOW_PARTS = new Set(['blocks', 'follows', 'mutes']);

/** What was found out before, by what is granted and what is needed: it is asked with every request. */
const known = new Map<Scopes, Map<string, boolean>>();
const MOST_KNOWN = 1000;

/** Whether somebody with these scopes may do what needs `needed`, such as `read:statuses`. */
export function allows(granted: Scopes, needed: string): boolean {
  let byNeed = known.get(granted);
  if (!byNeed) {
    if (known.size >= MOST_KNOWN) known.clear();
    byNeed = new Map();
    known.set(granted, byNeed);
  }
  let isAllowed = byNeed.get(needed);
  if (isAllowed === undefined) {
    isAllowed = findOut(granted, needed);
    byNeed.set(needed, isAllowed);
  }
  return isAllowed;
}

function findOut(granted: Scopes, needed: string): boolean {
  const scopes = granted.split(' ');
  const [, part] = needed.split(':');
  return (
    scopes.includes(needed) ||
    scopes.some((scope) => needed.startsWith(`${scope}:`)) ||
    (part !== undefined && FOLLOW_PARTS.has(part) && scopes.includes('follow')) ||
    (needed === 'profile' && (scopes.includes('read') || scopes.includes('read:accounts')))
  );
}

/** Whether whoever has been granted these scopes may have all of those. */
export function covers(granted: Scopes, wanted: Scopes): boolean {
  return wanted.split(' ').every((scope) => allows(granted, scope));
}
