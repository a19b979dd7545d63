/**
 * What a token may be used for (https://docs.joinmastodon.org/api/oauth-scopes/). A scope covers its
 * parts: `write` covers `write:statuses`.
 */

/** The scopes of a token, separated by spaces. */
export type Scopes = string;

/** What every classic token may do, and what the server's own web client asks for: everything. */
export const EVERYTHING: Scopes = 'read write follow push profile';

/** The old scope `follow` covers these, to read and to write. */
const FOLLOW_PARTS = new Set(['blocks', 'follows', 'mutes']);

/** Whether somebody with these scopes may do what needs `needed`, such as `read:statuses`. */
export function allows(granted: Scopes, needed: string): boolean {
  const scopes = granted.split(' ');
  const [whole = needed, part] = needed.split(':');
  return (
    scopes.includes(needed) ||
    scopes.includes(whole) ||
    (part !== undefined && FOLLOW_PARTS.has(part) && scopes.includes('follow')) ||
    (needed === 'profile' && scopes.includes('read:accounts'))
  );
}
