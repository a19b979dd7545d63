/** Streams as a client hears them. */
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createStreamingAPIClient } from 'masto';
import { WebSocket } from 'ws';
import type { Person, TestApp } from './app.ts';
import { atEnd } from './at-end.ts';

/** What came, to be taken one by one. */
export class Heard<T> {
  readonly #waiting: T[] = [];
  #wake = () => {};

  add(item: T): void {
    this.#waiting.push(item);
    this.#wake();
  }

  /** @throws {Error} when nothing comes */
  async next(): Promise<T> {
    const deadline = Date.now() + 10_000;
    while (this.#waiting.length === 0) {
      if (Date.now() > deadline) throw new Error('nothing was heard');
      const woken = new Promise<void>((resolve) => (this.#wake = resolve));
      await Promise.race([woken, sleep(100, undefined, { ref: false })]);
    }
    return this.#waiting.shift() as T;
  }
}

/** An event, with its payload read. */
export interface HeardEvent {
  readonly stream?: readonly string[];
  readonly event?: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks at whatever came
  readonly payload?: any;
  readonly error?: string;
  readonly status?: number;
}

export interface SocketOptions {
  readonly query?: string;
  readonly protocols?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
}

export interface TestSocket {
  readonly socket: WebSocket;
  readonly heard: Heard<HeardEvent>;
  /** The status with which it was refused; undefined when it was opened. */
  readonly refused: { readonly status: number; readonly body: string } | undefined;
  readonly say: (what: object) => void;
  /** Subscribes, and waits until the server has done so. */
  readonly subscribe: (stream: string, more?: object) => Promise<void>;
}

/** Opens a WebSocket. */
export async function openSocket(
  t: TestContext,
  { url }: Pick<TestApp, 'url'>,
  { query = '', protocols = [], headers = {} }: SocketOptions,
): Promise<TestSocket> {
  const address = `${url.replace('http', 'ws')}/api/v1/streaming${query}`;
  const socket = new WebSocket(address, [...protocols], { headers: { ...headers } });
  atEnd(t, () => socket.terminate());
  const heard = new Heard<HeardEvent>();
  socket.on('message', (data) => heard.add(readMessage((data as Buffer).toString('utf8'))));
  const refused = await new Promise<TestSocket['refused']>((resolve, reject) => {
    socket.on('open', () => resolve(undefined));
    socket.on('error', reject);
    socket.on('unexpected-response', (_request, response) => {
      void bodyOf(response).then((body) => resolve({ status: response.statusCode ?? 0, body }));
    });
  });
  const say = (what: object) => socket.send(JSON.stringify(what));
  return {
    socket,
    heard,
    refused,
    say,
    subscribe: async (stream, more = {}) => {
      say({ type: 'subscribe', stream, ...more });
      // What is said is answered in turn, and only this is answered.
      say({ type: 'subscribe', stream: 'no such stream' });
      const { error } = await heard.next();
      if (error === undefined) throw new Error('something was heard before the subscription');
    },
  };
}

/** Somebody's WebSocket. */
export async function socketFor(
  t: TestContext,
  app: Pick<TestApp, 'url'>,
  { token }: Person,
  query = '',
): Promise<TestSocket> {
  return openSocket(t, app, { query, headers: { authorization: `Bearer ${token}` } });
}

function readMessage(text: string): HeardEvent {
  const message = JSON.parse(text) as HeardEvent;
  const isJson = message.event !== 'delete' && typeof message.payload === 'string';
  return isJson ? { ...message, payload: JSON.parse(message.payload) } : message;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of response) body += String(part);
  return body;
}

export interface TestEventSource {
  readonly response: IncomingMessage;
  readonly heard: Heard<HeardEvent>;
  /** Comments, such as those that keep it alive. */
  readonly comments: Heard<string>;
  /** Fulfilled when the server has ended it. */
  readonly ended: Promise<unknown>;
}

/** Opens a stream of Server-Sent Events. */
export async function openEvents(
  t: TestContext,
  { url }: Pick<TestApp, 'url'>,
  path: string,
  { token }: Person,
): Promise<TestEventSource> {
  const headers = { authorization: `Bearer ${token}` };
  const request = get(`${url}/api/v1/streaming/${path}`, { headers, agent: false });
  atEnd(t, () => request.destroy());
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const heard = new Heard<HeardEvent>();
  const comments = new Heard<string>();
  let [text, event] = ['', ''];
  response.setEncoding('utf8').on('data', (part: string) => {
    const lines = (text + part).split('\n');
    text = lines.pop() ?? '';
    for (const line of lines) {
      const [field, value = ''] = line.split(/: (.*)/s);
      if (line.startsWith(':')) comments.add(line);
      else if (field === 'event') event = value;
      else if (field === 'data') {
        heard.add({ event, payload: event === 'delete' ? value : JSON.parse(value) });
      }
    }
  });
  const ended = new Promise((resolve) => response.once('close', resolve));
  response.on('error', () => {});
  request.on('error', () => {});
  return { response, heard, comments, ended };
}

/** The real client library's streams. */
export function streamingClientFor(t: TestContext, { url }: TestApp, { token }: Person) {
  const client = createStreamingAPIClient({
    streamingApiUrl: url.replace('http', 'ws'),
    accessToken: token,
    retry: false,
  });
  atEnd(t, () => client.close());
  return client;
}

/** Waits until so many connections are open on a server. */
export async function untilConnected({ app }: TestApp, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (app.server.streams.size !== count) {
    if (Date.now() > deadline) throw new Error(`${app.server.streams.size}, not ${count}`);
    await sleep(5);
  }
}

/** Waits until so many subscriptions are open on a server. */
export async function untilOpen({ app }: TestApp, count: number): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (app.services.streams.size !== count) {
    if (Date.now() > deadline)
      throw new Error(`${app.services.streams.size} streams, not ${count}`);
    await sleep(5);
  }
}
