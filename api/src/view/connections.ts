/** Connections and the requests under way on each, so that a stop waits for work and nothing else. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { QueueLoad } from '../service/ports.ts';

/** How much a server is doing at this moment. */
export class RequestLoad {
  /** Requests under way. */
  underWay = 0;
  /** Requests turned away. */
  refused = 0;
  /** Requests that may be under way. */
  readonly limit: number;
  /** Replies that have begun and go on as long as the client likes: they are not under way. */
  readonly #endless = new Set<ServerResponse>();

  constructor(limit: number) {
    this.limit = limit;
  }

  /** To be told of a reply that may go on without end. */
  letGo(response: ServerResponse): void {
    // One that is over has been told of, or is about to be.
    if (response.destroyed || response.closed || this.#endless.has(response)) return;
    this.#endless.add(response);
    this.underWay -= 1;
  }

  /** To be told when the connection is done with a reply. @returns whether it was still under way */
  ended(response: ServerResponse): boolean {
    const wasUnderWay = this.#endless.size === 0 || !this.#endless.delete(response);
    if (wasUnderWay) this.underWay -= 1;
    return wasUnderWay;
  }

  /** Nobody waits: one is served at once, or turned away. */
  get queue(): QueueLoad {
    const { underWay: running, limit, refused } = this;
    return { running, waiting: 0, limit, refused };
  }
}

/** The client has gone before there was an answer; nginx calls it so. */
const CLIENT_CLOSED_REQUEST = 499;

/** The status of a reply that the connection is done with; 499 when the client has gone before. */
export function statusOf({ headersSent, statusCode }: ServerResponse): number {
  return headersSent ? statusCode : CLIENT_CLOSED_REQUEST;
}

/** Aborted when the connection is done with the reply: nobody waits for it any more. */
export function whenGone({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  // It may have been closed while something else was waited for.
  if (raw.destroyed) controller.abort();
  else raw.once('close', () => controller.abort());
  return controller.signal;
}

/** What is known of an open connection. */
interface Connection {
  /** Requests under way. */
  requests: number;
  /** How much it had received when it was last looked at. */
  received: number;
  /** At how many looks in a row it had received nothing new, with no request under way. */
  idleLooks: number;
}

export interface HangUpOptions {
  /** Is kept up to date. */
  readonly load: RequestLoad;
  /** How long a connection may be idle between two requests. */
  readonly keepAliveMs: number;
  /** Is called when the connection is done with a reply. */
  readonly answered?: ((response: ServerResponse) => void) | undefined;
  /** Calls `look` every so many milliseconds; returns what ends that. */
  readonly every?: (ms: number, look: () => void) => () => void;
}

function atIntervals(ms: number, look: () => void): () => void {
  const timer = setInterval(look, ms).unref();
  return () => clearInterval(timer);
}

/** How often connections are looked at. */
const LOOK_EVERY_MS = 5000;

/**
 * Hangs up on whoever is idle for too long, and makes `app.close()` hang up on whoever has no request
 * under way: who never sent one, is idle between two, or has not finished sending the head of one.
 * Node.js takes the first and the last for busy, and lets a connection live on after the answer that
 * it waited for.
 */
export function hangUp(
  app: FastifyInstance,
  { load, keepAliveMs, answered, every = atIntervals }: HangUpOptions,
): void {
  const connections = new Map<Socket, Connection>();
  const mostLooks = keepAliveMs / LOOK_EVERY_MS;
  let isClosing = false;
  // Node.js would set a timer after each answer, and clear it for the next request.
  app.server.keepAliveTimeout = 0;

  const hangUpIfIdle = (socket: Socket, { requests }: Connection) => {
    // What has been answered still goes out.
    if (requests === 0) socket.destroySoon();
  };
  const add = (socket: Socket, change: number) => {
    const connection = connections.get(socket);
    if (!connection) return;
    connection.requests += change;
    if (isClosing) hangUpIfIdle(socket, connection);
  };

  // One function for all answers: this runs for every request.
  function onAnswered(this: ServerResponse) {
    const wasUnderWay = load.ended(this);
    add(this.req.socket, -1);
    // How long somebody listened is not how long a request took.
    if (wasUnderWay) answered?.(this);
  }
  app.server.on('connection', (socket) => {
    const connection = { requests: 0, received: 0, idleLooks: 0 };
    connections.set(socket, connection);
    socket.once('close', () => connections.delete(socket));
    if (isClosing) hangUpIfIdle(socket, connection);
  });
  // It is no connection of requests any more: whoever made it something else ends it.
  app.server.on('upgrade', (_request, socket: Socket) => connections.delete(socket));
  // Before the framework, which may have answered when it returns.
  app.server.prependListener('request', ({ socket }, response) => {
    load.underWay += 1;
    add(socket, 1);
    response.on('close', onAnswered);
  });
  const stopLooking = every(LOOK_EVERY_MS, () => {
    for (const [socket, connection] of connections) {
      if (isIdle(socket, connection) && connection.idleLooks > mostLooks) socket.destroySoon();
    }
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const [socket, connection] of connections) hangUpIfIdle(socket, connection);
  });
  app.addHook('onClose', async () => stopLooking());
}

/** Looks at a connection. @returns whether nothing has come since the last look, and nothing is due */
function isIdle(socket: Socket, connection: Connection): boolean {
  const { bytesRead } = socket;
  const isStill = connection.requests === 0 && bytesRead === connection.received;
  connection.received = bytesRead;
  connection.idleLooks = isStill ? connection.idleLooks + 1 : 0;
  return isStill;
}
