/**
 * Requests that want to become WebSockets. They take the way of all others, through the router, the
 * hooks and the table of errors, and only then are made what they want to be.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

/** A connection that waits to become something else. */
export interface Upgrade {
  readonly socket: Duplex;
  /** What came behind the request already. */
  readonly head: Buffer;
}

const upgrades = new WeakMap<IncomingMessage, Upgrade>();

/** The connection of a request that wants to become a WebSocket; undefined for any other. */
export const upgradeOf = ({ raw }: FastifyRequest): Upgrade | undefined => upgrades.get(raw);

/**
 * Whether it is asked for where there are WebSockets. Elsewhere the wish is not heard: some clients
 * would rather have HTTP/2, and are content with an answer.
 *
 * @param paths without a slash at the end
 */
export const wantsWebSocket =
  (paths: ReadonlySet<string>) =>
  ({ method, headers, url = '' }: IncomingMessage): boolean =>
    method === 'GET' &&
    headers.upgrade?.toLowerCase() === 'websocket' &&
    paths.has(url.replace(/\/?(\?.*)?$/s, ''));

/** Gives them to the router. @param Reply what they are answered with while they are requests */
export function routeUpgrades(app: FastifyInstance, Reply: typeof ServerResponse): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Whoever goes in the middle of it harms nobody.
    socket.on('error', () => socket.destroy());
    upgrades.set(request, { socket, head });
    const response = new Reply(request);
    response.shouldKeepAlive = false;
    response.assignSocket(request.socket);
    // A refusal is the last that is said.
    response.once('finish', () => request.socket.destroySoon());
    app.routing(request, response);
  });
}
