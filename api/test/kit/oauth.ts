/** A person with a browser, and an app that wants in. */
import { createHash, randomBytes } from 'node:crypto';
import type { Answer, Person, TestApp } from './app.ts';

export const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
export const BACK = 'https://tusk.example/back';

export interface RegisteredClient {
  readonly client_id: string;
  readonly client_secret: string;
}

/** Registers an app. */
export async function registerClient(
  { call }: Pick<TestApp, 'call'>,
  changes: object = {},
): Promise<RegisteredClient> {
  const json = {
    client_name: 'Tusk',
    redirect_uris: BACK,
    scopes: 'read write follow push profile',
    ...changes,
  };
  const { status, body, text } = await call('POST /api/v1/apps', { json });
  if (status !== 200) throw new Error(`the app was refused with ${status}: ${text}`);
  return body as RegisteredClient;
}

/** What PKCE needs: the app keeps the verifier and shows the challenge. */
export function pkce(): { verifier: string; challenge: string } {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The fields of a page's form, and the cookie that came with it. */
export function formIn({ text, headers }: Answer): {
  fields: Record<string, string>;
  cookie: string;
} {
  const hidden = [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)];
  const fields = Object.fromEntries(
    hidden.map(([, name = '', value = '']) => [
      name,
      value.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&amp;', '&'),
    ]),
  );
  return { fields, cookie: (headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
}

/** Opens the page, fills the form in and sends it, as a browser does. */
export async function logInOnPage(
  { call }: Pick<TestApp, 'call'>,
  { email, password }: Pick<Person, 'email' | 'password'>,
  query: Readonly<Record<string, string>>,
  changes: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const page = await call(`GET /oauth/authorize?${new URLSearchParams(query).toString()}`);
  const { fields, cookie } = formIn(page);
  const filled = { ...fields, email, password, answer: 'allow', ...changes };
  return call('POST /oauth/authorize', {
    raw: new URLSearchParams(filled).toString(),
    headers: { ...FORM, cookie },
  });
}

/** Where somebody was sent back to, with what. */
export function sentBack({ headers }: Answer): URL {
  return new URL(headers.get('location') ?? 'none:');
}

/** A token of an app that a person has let in, with these scopes. */
export async function tokenFor(app: TestApp, person: Person, scope: string): Promise<string> {
  const client = await registerClient(app);
  const query = { client_id: client.client_id, redirect_uri: BACK, response_type: 'code', scope };
  const code = sentBack(await logInOnPage(app, person, query)).searchParams.get('code') ?? '';
  const json = { ...client, grant_type: 'authorization_code', code, redirect_uri: BACK };
  const { body, text } = await app.call('POST /oauth/token', { json });
  if (!body.access_token) throw new Error(`no token, but: ${text}`);
  return body.access_token as string;
}
