/** A whole server, fresh for each test and listening on a port of its own, with people in it. */
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { type App, createApp, type Overrides } from '../../src/app.ts';
import { type Config, loadConfig } from '../../src/config.ts';
import { atEnd } from './at-end.ts';
import { type Engine, freshDatabase } from './engines.ts';
import { tempFolder } from './temp.ts';

export interface AppOptions extends Overrides {
  readonly engine?: Engine;
  /** Settings beside the test's own: cheap hashes, no limits on how often one may try. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Somebody who has signed up and logged in. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, when it is JSON. */
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at whatever came
  readonly body: any;
}

export interface CallOptions {
  readonly as?: Person | undefined;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: NonNullable<RequestInit['body']>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestApp {
  readonly url: string;
  readonly app: App;
  /** `call('POST /tweet', { as: ada, json: { tweet: 'Hello' } })` */
  readonly call: (request: `${string} /${string}`, options?: CallOptions) => Promise<Answer>;
  /** Signs somebody up and logs him in. */
  readonly join: (name: string) => Promise<Person>;
  /** Tweets as this person. @throws {Error} unless the answer is 200 */
  readonly tweet: (as: Person, tweet: string) => Promise<void>;
  /** The texts on the public timeline of a user, newest first. */
  readonly timelineOf: (person: Person) => Promise<string[]>;
}

const CHEAP = { BCRYPT_COST: '4', RATE_LIMITS: 'off', LOG_LEVEL: 'silent' };

/** The settings of a test's server, before its database is put in. */
export function testConfig(t: TestContext, env: Readonly<Record<string, string>> = {}): Config {
  return loadConfig({ MINITTER_DATA_DIR: tempFolder(t), ...CHEAP, ...env });
}

export async function startApp(t: TestContext, options: AppOptions = {}): Promise<TestApp> {
  const { engine = 'sqlite', env, ...overrides } = options;
  const config = { ...testConfig(t, env), database: await freshDatabase(t, engine) };
  return startAppWith(t, config, overrides);
}

/** Starts a server from a config that the test has made. */
export async function startAppWith(
  t: TestContext,
  config: Config,
  overrides: Overrides = {},
): Promise<TestApp> {
  const app = await createApp(config, pino({ level: config.logLevel }), overrides);
  atEnd(t, () => app.close());
  const url = await app.server.listen({ host: '127.0.0.1', port: 0 });
  return { app, ...clientOf(url) };
}

/** Calls the server at `url`, wherever it runs. */
export function clientOf(url: string): Omit<TestApp, 'app'> {
  const call: TestApp['call'] = async (request, { as, json, raw, headers = {} } = {}) => {
    const [method = 'GET', path = '/'] = request.split(' ');
    const response = await fetch(url + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(as && { authorization: `Bearer ${as.token}` }),
        ...(json !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: json === undefined ? (raw ?? null) : JSON.stringify(json),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : undefined,
    };
  };
  return {
    url,
    call,
    join: async (name) => {
      const email = `${name.toLowerCase().replaceAll(' ', '.')}@example.com`;
      const password = `${name} likes long walks`;
      const signedUp = await call('POST /sign-up', { json: { name, email, password } });
      const loggedIn = await call('POST /login', { json: { email, password } });
      if (loggedIn.status !== 200) throw new Error(`${name} could not join: ${signedUp.text}`);
      return { id: signedUp.body.id, name, email, password, token: loggedIn.body.access_token };
    },
    tweet: async (as, tweet) => {
      const { status, text } = await call('POST /tweet', { as, json: { tweet } });
      if (status !== 200) throw new Error(`the tweet was refused with ${status}: ${text}`);
    },
    timelineOf: async ({ id }) => {
      const { status, body, text } = await call(`GET /timeline/${id}`);
      if (status !== 200) throw new Error(`no timeline, but ${status}: ${text}`);
      return body.timeline.map((entry: { tweet: string }) => entry.tweet);
    },
  };
}
