/** Where apps may have people sent back (RFC 6749, 3.1.2). */
import { DomainError } from './errors.ts';
import { APP_ADDRESS_MAX, APP_REDIRECTS_LENGTH_MAX, APP_REDIRECTS_MAX } from './limits.ts';

/** Nowhere: the code is shown, for people to copy it into the app. */
export const OUT_OF_BAND = 'urn:ietf:wg:oauth:2.0:oob';

/** Such an address would run in a page of ours, or read files. */
const DANGEROUS = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'about:', 'file:']);

/**
 * The addresses as they are stored, one per line.
 *
 * @throws {DomainError} `redirect_invalid`
 */
export function redirectsText(addresses: readonly string[]): string {
  const text = [...new Set(addresses)].join('\n');
  const areRight =
    addresses.length > 0 &&
    addresses.length <= APP_REDIRECTS_MAX &&
    text.length <= APP_REDIRECTS_LENGTH_MAX &&
    addresses.every(isRedirect);
  if (!areRight) throw new DomainError('redirect_invalid');
  return text;
}

function isRedirect(address: string): boolean {
  if (address === OUT_OF_BAND) return true;
  const url = URL.parse(address);
  return (
    url !== null &&
    /^[\x21-\x7e]+$/.test(address) &&
    address.length <= APP_ADDRESS_MAX &&
    !address.includes('#') &&
    !DANGEROUS.has(url.protocol) &&
    url.protocol !== 'urn:' &&
    url.username === '' &&
    url.password === ''
  );
}
