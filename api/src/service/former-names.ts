/** What is kept of the user names of people who were deleted. */
import { createHmac } from 'node:crypto';

/** So that the key serves no other end than this. */
const PURPOSE = 'minitter-former-names-v1';

/**
 * Makes the keyed hash of a folded user name (HMAC-SHA-256, base64url): whoever has the database
 * alone cannot even try names.
 *
 * @param key the server's secret; with another one, names of before cannot be told any more
 */
export function formerNameHash(key: Uint8Array): (usernameKey: string) => string {
  const ownKey = createHmac('sha256', key).update(PURPOSE).digest();
  return (usernameKey) => createHmac('sha256', ownKey).update(usernameKey).digest('base64url');
}
