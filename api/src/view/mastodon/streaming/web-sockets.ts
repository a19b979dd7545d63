/** Streams over a WebSocket: one connection, and as many streams on it as are subscribed to. */
import { WebSocket, WebSocketServer } from 'ws';
import { SUBSCRIPTIONS_PER_STREAM } from '../../../service/limits.ts';
import type { Viewer } from '../../../service/sessions.ts';
import type { StreamEvent } from '../../../service/streams.ts';
import { DomainError } from '../../../service/errors.ts';
import { RequestError } from '../../errors.ts';
import type { Services } from '../../services.ts';
import type { Site } from '../site.ts';
import { channelOf, type StreamRequest } from './channels.ts';
import type { Connection, Ending, StreamConnections } from './connections.ts';
import { asMessage } from './messages.ts';

/** Whose connection it is, and where it leads to. */
export interface SocketContext {
  readonly services: Services;
  readonly connections: StreamConnections;
  readonly viewer: Viewer;
  readonly site: Site;
  /** What went wrong, as a client of this face is told. */
  readonly refusal: (error: unknown) => { readonly error: string; readonly status: number };
}

/** Bytes of what a client may say at once: a stream's name and a hashtag. */
const MESSAGE_MAX = 4096;
/** What it may say before it has been answered. */
const WAITING_MAX = 100;
/** How long a client may take to say goodbye. */
const GOODBYE_MS = 1000;

/** See https://www.rfc-editor.org/rfc/rfc6455#section-7.4.1 */
const CLOSE_CODES: Readonly<Record<Ending, number>> = {
  stopping: 1001,
  'session over': 1008,
  'too slow': 1008,
  dead: 1001,
};

/** Makes WebSockets of connections. The subprotocol that a client sends is its token, and is echoed. */
export const makeSocketServer = (): WebSocketServer =>
  new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MESSAGE_MAX,
    perMessageDeflate: false,
  });

export class SocketStream implements Connection {
  readonly viewer: Viewer;
  readonly #socket: WebSocket;
  readonly #context: SocketContext;
  /** What ends each subscription, by its label. */
  readonly #subscriptions = new Map<string, () => void>();
  #isAlive = true;
  #said = 0;
  #answered: Promise<void> = Promise.resolve();

  constructor(socket: WebSocket, context: SocketContext) {
    this.viewer = context.viewer;
    this.#socket = socket;
    this.#context = context;
  }

  /** @param first what is asked for in the address already */
  begin(first: StreamRequest | undefined): void {
    const { connections } = this.#context;
    const socket = this.#socket;
    socket.on('close', () => {
      connections.delete(this);
      for (const end of this.#subscriptions.values()) end();
      this.#subscriptions.clear();
    });
    // What is wrong with it closes it as well.
    socket.on('error', () => {});
    socket.on('pong', () => (this.#isAlive = true));
    socket.on('message', (data) => this.#hear(data as Buffer));
    connections.add(this);
    if (first) this.#inTurn(() => this.#subscribe(first));
  }

  get waiting(): number {
    return this.#socket.bufferedAmount;
  }

  beat(): boolean {
    const wasAlive = this.#isAlive;
    this.#isAlive = false;
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
    return wasAlive;
  }

  end(why: Ending): void {
    if (why === 'too slow' || why === 'dead') {
      this.#socket.terminate();
      return;
    }
    this.#socket.close(CLOSE_CODES[why], why);
    setTimeout(() => this.#socket.terminate(), GOODBYE_MS).unref();
  }

  /** Says one thing after the other, so that an unsubscription finds what it is about. */
  #hear(data: Buffer): void {
    if (this.#said >= WAITING_MAX) {
      this.end('too slow');
      return;
    }
    this.#inTurn(async () => {
      const said = readRequest(data);
      if (said.type === 'subscribe') await this.#subscribe(said);
      else if (said.type === 'unsubscribe') this.#unsubscribe(said);
    });
  }

  #inTurn(task: () => Promise<void>): void {
    this.#said += 1;
    this.#answered = this.#answered
      .then(task)
      .catch((error: unknown) => this.#send(JSON.stringify(this.#context.refusal(error))))
      .finally(() => (this.#said -= 1));
  }

  async #subscribe(request: StreamRequest): Promise<void> {
    const { services, viewer, site } = this.#context;
    const { channel, label } = channelOf(request, viewer.scopes);
    const key = label.join(' ');
    if (this.#subscriptions.has(key)) return;
    if (this.#subscriptions.size >= SUBSCRIPTIONS_PER_STREAM) {
      throw new DomainError('too_many_streams');
    }
    const tell = (event: StreamEvent) => this.#send(asMessage(event, site, label));
    const end = await services.streams.open(viewer.userId, channel, tell);
    // It may have been closed meanwhile.
    if (this.#socket.readyState === WebSocket.OPEN) this.#subscriptions.set(key, end);
    else end();
  }

  #unsubscribe(request: StreamRequest): void {
    const key = channelOf(request, this.viewer.scopes).label.join(' ');
    this.#subscriptions.get(key)?.();
    this.#subscriptions.delete(key);
  }

  #send(text: string | Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    this.#socket.send(text, { binary: false });
    this.#context.connections.wrote(this);
  }
}

/**
 * What a client says: `{"type":"subscribe","stream":"hashtag","tag":"…"}`.
 *
 * @throws {RequestError} `malformed_json`, `invalid_input`
 */
function readRequest(data: Buffer): StreamRequest & { readonly type: unknown } {
  let said: unknown;
  try {
    said = JSON.parse(data.toString());
  } catch (error) {
    throw new RequestError('malformed_json', { cause: error });
  }
  if (typeof said !== 'object' || said === null) throw new RequestError('invalid_input');
  const { type, stream, tag, list } = said as Record<string, unknown>;
  if (typeof stream !== 'string') throw new RequestError('invalid_input');
  return { type, stream, tag: textOf(tag), list: textOf(list) };
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
