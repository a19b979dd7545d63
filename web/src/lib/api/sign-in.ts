/**
 * Logging in by authorization code with PKCE (RFC 7636), as the app that the server knows already.
 * The password is typed on the server's own page and never seen here.
 */
import { createOAuthAPIClient } from 'masto';
import { keepInTab, tabJson } from '#lib/state/storage.ts';

/** Every server knows it; it has no secret. */
export const CLIENT_ID = 'minitter-web';
const SCOPES = 'read write follow push profile';
const KEY = 'minitter.signing-in';

/** What must be the same when the browser comes back. */
interface Attempt {
  readonly state: string;
  readonly verifier: string;
  /** Where the person was. */
  readonly next: string;
}

const redirectUri = () => `${location.origin}/oauth-callback`;

/** Goes to the server's page. */
export async function startSignIn(next: string, language: string): Promise<void> {
  const attempt: Attempt = { state: randomText(), verifier: randomText(), next };
  keepInTab(KEY, attempt);
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: CLIENT_ID,
    redirect_uri: redirectUri(),
    scope: SCOPES,
    state: attempt.state,
    code_challenge: await challengeOf(attempt.verifier),
    code_challenge_method: 'S256',
    lang: language,
  });
  location.assign(`/oauth/authorize?${query.toString()}`);
}

/**
 * Takes the code that the server has sent the browser back with.
 *
 * @throws {Error} when nobody here has asked for it, or the server does not take it
 */
export async function finishSignIn(
  query: Pick<URLSearchParams, 'get'>,
): Promise<{ readonly token: string; readonly next: string }> {
  const attempt = tabJson(KEY) as Attempt | undefined;
  keepInTab(KEY, undefined);
  const code = query.get('code');
  if (!attempt || code === null || query.get('state') !== attempt.state) {
    throw new Error(query.get('error_description') ?? '');
  }
  const { accessToken } = await createOAuthAPIClient({ url: location.origin }).token.create({
    grantType: 'authorization_code',
    code,
    clientId: CLIENT_ID,
    redirectUri: redirectUri(),
    codeVerifier: attempt.verifier,
    scope: SCOPES,
  } as never);
  return { token: accessToken, next: ownPath(attempt.next) };
}

/** A path on this server: nobody is to be sent elsewhere. */
export function ownPath(path: string | null): string {
  return path !== null && /^\/(?![/\\])/.test(path) ? path : '/home';
}

function randomText(): string {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

async function challengeOf(verifier: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  return base64url(new Uint8Array(digest));
}

function base64url(bytes: Uint8Array): string {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Tells the server that a token is not needed any more (RFC 7009). */
export async function revoke(token: string): Promise<void> {
  await fetch('/oauth/revoke', {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: CLIENT_ID }),
  });
}
