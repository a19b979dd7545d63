/** A real server for real browsers, fresh each time, and people in it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.join(import.meta.dirname, '../..');

export interface Server {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts `minitter serve` on a free port with an empty database. @throws {Error} when it ends at once */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<Server> {
  if (!existsSync(path.join(root, 'api/web/shell.html'))) {
    throw new Error('There is no web client yet: npm run build-web.');
  }
  const folder = mkdtempSync(path.join(tmpdir(), 'minitter-e2e-'));
  const child = spawn(process.execPath, [path.join(root, 'api/src/main.ts'), 'serve'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      HOST: '127.0.0.1',
      PORT: '0',
      MINITTER_DATA_DIR: folder,
      BCRYPT_COST: '4',
      RATE_LIMITS: 'off',
      ...env,
    },
  });
  const url = await addressOf(child);
  return {
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function addressOf(child: ReturnType<typeof spawn>): Promise<string> {
  let said = '';
  for await (const part of child.stdout ?? []) {
    said += String(part);
    const [, url] = /Minitter is at (http:\/\/[\w.:[\]]+)/.exec(said) ?? [];
    if (url !== undefined) {
      // What it says later is of no interest, but must not stop it.
      child.stdout?.resume();
      child.stderr?.resume();
      return url;
    }
  }
  throw new Error(`the server did not start:\n${said}`);
}

/** Somebody who has signed up. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
  /** What the server says of him, in the client's spelling. */
  readonly me: unknown;
}

/** Signs somebody up, through the classic API. */
export async function join(url: string, name: string, username: string): Promise<Person> {
  const email = `${username}@example.com`;
  const password = `${username} walks by the sea`;
  const { id } = await post(url, '/sign-up', { name, username, email, password });
  const token = await logIn(url, { email, password });
  return { id: String(id), name, username, email, password, token, me: await meOf(url, token) };
}

/** Begins another session. @returns its token */
export async function logIn(
  url: string,
  { email, password }: Pick<Person, 'email' | 'password'>,
): Promise<string> {
  return String((await post(url, '/login', { email, password })).access_token);
}

async function meOf(url: string, token: string): Promise<unknown> {
  const response = await fetch(`${url}/api/v1/accounts/verify_credentials`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const inCamelCase = (await response.text()).replace(/"\w+":/g, (name) =>
    name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
  );
  return JSON.parse(inCamelCase);
}

/** Calls the server as somebody. @throws {Error} unless all went well */
export async function post(
  url: string,
  path: string,
  json: unknown,
  as?: Pick<Person, 'token'>,
  method: 'POST' | 'PATCH' = 'POST',
): Promise<Record<string, unknown>> {
  const response = await fetch(url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(as && { authorization: `Bearer ${as.token}` }),
    },
    body: JSON.stringify(json),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
  return (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
}

/** Tweets. @returns the tweet's id */
export async function tweet(
  url: string,
  as: Person,
  status: string,
  more: object = {},
): Promise<string> {
  return String((await post(url, '/api/v1/statuses', { status, ...more }, as)).id);
}
