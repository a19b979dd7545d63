/** The rows of the access matrix, who asks them, and what is answered. */
import assert from 'node:assert/strict';
import type { CallOptions, Person, TestApp } from './app.ts';
import { type People, Things } from './access-things.ts';
import { registerClient, type RegisteredClient } from './oauth.ts';
import { fileOf, jpegOf } from './media.ts';

/**
 * Who asks: nobody; an app for itself; the owner by an app that has another scope; another user; the
 * owner himself.
 */
const CALLERS = ['nobody', 'app', 'scope', 'other', 'owner'] as const;
type CallerName = (typeof CALLERS)[number];

/** One line of the table. */
export interface Row {
  /** What each of {@link CALLERS} is answered. */
  readonly statuses: readonly number[];
  /** Such as `GET /api/v1/lists/<list>`. */
  readonly request: string;
  /** What is sent: a form, JSON or nothing. */
  readonly body: string;
}

/** The rows of a table by their chapters, which `#` begins. */
export function chaptersOf(table: string): Map<string, Row[]> {
  const chapters = new Map<string, Row[]>();
  let rows: Row[] = [];
  for (const line of table.split('\n')) {
    if (line.startsWith('# ')) chapters.set(line.slice(2), (rows = []));
    else if (/^\d/.test(line)) rows.push(rowOf(line));
  }
  return chapters;
}

function rowOf(line: string): Row {
  const words = line.trim().split(/ +/);
  const [method, address, ...body] = words.slice(CALLERS.length);
  const statuses = words.slice(0, CALLERS.length).map(Number);
  return { statuses, request: `${method} ${address}`, body: body.join(' ') };
}

/** The row as it stands in the table. */
export const lineOf = ({ statuses, request, body }: Row): string =>
  `${statuses.join('  ')}  ${request} ${body}`.trimEnd();

/** The route that a row is about, with its parameters as `:_`. */
export const routeOfRow = ({ request }: Row): string =>
  request.replace(/\?.*$/, '').replaceAll(/<\w+>/g, ':_');

/** No route needs this scope. */
const IDLE_SCOPE = 'write:reports';

/** The people of one row, and what the owner has. */
interface Cast {
  readonly things: Things;
  readonly tokens: Readonly<Record<CallerName, string | undefined>>;
}

/** A server with people, who ask the rows. */
export class Scene {
  readonly #app: TestApp;
  readonly #client: RegisteredClient;
  readonly #appToken: string;
  #people = 0;
  /** Those of the last row, when it changed nothing. */
  #cast: Cast | undefined;

  private constructor(app: TestApp, client: RegisteredClient, appToken: string) {
    this.#app = app;
    this.#client = client;
    this.#appToken = appToken;
  }

  /** @param app to be started with `OAUTH_PASSWORD_GRANT=true` */
  static async of(app: TestApp): Promise<Scene> {
    const client = await registerClient(app);
    const json = { ...client, grant_type: 'client_credentials', scope: 'read write follow push' };
    const { body } = await app.call('POST /oauth/token', { json });
    return new Scene(app, client, body.access_token);
  }

  /** Asks a row as everybody in turn. @returns the row with the statuses that came */
  async ask(row: Row): Promise<string> {
    const { things, tokens } = (this.#cast ??= await this.#newCast());
    const statuses: number[] = [];
    for (const name of CALLERS) statuses.push(await this.#statusOf(row, things, tokens[name]));
    if (!row.request.startsWith('GET ')) this.#cast = undefined;
    return lineOf({ ...row, statuses });
  }

  async #newCast(): Promise<Cast> {
    const people: People = {
      owner: await this.#person(),
      other: await this.#person(),
      third: await this.#person(),
    };
    return { things: new Things(this.#app, people), tokens: await this.#tokensOf(people) };
  }

  #person(): Promise<Person> {
    return this.#app.join(`Person${(this.#people += 1)}`);
  }

  async #tokensOf({ owner, other }: People): Promise<Cast['tokens']> {
    const grant = { grant_type: 'password', username: owner.email, password: owner.password };
    const json = { ...this.#client, ...grant, scope: IDLE_SCOPE };
    const { body } = await this.#app.call('POST /oauth/token', { json });
    return {
      nobody: undefined,
      app: this.#appToken,
      scope: body.access_token,
      other: other.token,
      owner: owner.token,
    };
  }

  async #statusOf({ request, body }: Row, things: Things, token?: string): Promise<number> {
    const [method = '', address = ''] = (await things.put(request)).split(' ');
    const sent = await bodyOf(await things.put(body));
    const answer = await fetch(this.#app.url + address, {
      method,
      redirect: 'manual',
      headers: { ...sent.headers, ...(token && { authorization: `Bearer ${token}` }) },
      body: sent.raw ?? null,
    });
    await assertShape(address, answer);
    return answer.status;
  }
}

async function bodyOf(text: string): Promise<Pick<CallOptions, 'raw' | 'headers'>> {
  if (text === '') return {};
  if (text.startsWith('{')) return { raw: text, headers: { 'content-type': 'application/json' } };
  if (!text.includes('(picture)')) return { raw: new URLSearchParams(text) };
  const form = new FormData();
  form.append(text.replace('=(picture)', ''), fileOf(await jpegOf('teal')), 'picture.jpg');
  return { raw: form };
}

/** What the Mastodon client API promises of each answer: a JSON body, and of an error nothing but it. */
async function assertShape(address: string, answer: Response): Promise<void> {
  const type = answer.headers.get('content-type') ?? '';
  const isStream = type.startsWith('text/event-stream');
  if (isStream) return answer.body?.cancel();
  const text = await answer.text();
  if (!/^\/api\/v\d/.test(address) || address.endsWith('/health')) return undefined;
  assert.match(type, /^application\/json/, `${address}: ${type}`);
  const body = JSON.parse(text) as Record<string, unknown>;
  if (answer.ok) return undefined;
  const { error, error_description: _, details: __, ...more } = body;
  assert.deepEqual([typeof error, more], ['string', {}], `${address}: ${text}`);
}
