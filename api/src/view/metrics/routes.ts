/** `GET /metrics`: at the server's own port, or at another that the world does not see. */
import type { FastifyInstance } from 'fastify';
import { createHash, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { DomainError } from '../../service/errors.ts';
import type { MetricsText } from './registry.ts';

/** Adds the route; whoever asks must send `token`. */
export function metricsRoutes(app: FastifyInstance, metrics: MetricsText, token: string): void {
  const isAllowed = bearerOf(token);
  app.get('/metrics', { schema: { hide: true } }, async ({ headers }, reply) => {
    if (!isAllowed(headers.authorization)) throw new DomainError('token_invalid');
    return reply.type(metrics.contentType).send(await metrics.text());
  });
}

/** Where metrics have a port of their own. */
export interface MetricsAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Starts a server for the metrics alone.
 *
 * @param token undefined when everybody who reaches the port may read them
 * @throws {Error} when it cannot listen
 */
export async function serveMetrics(
  metrics: MetricsText,
  { host, port }: MetricsAddress,
  token: string | undefined,
): Promise<Server> {
  const isAllowed = token === undefined ? () => true : bearerOf(token);
  const server = createServer((request, response) => {
    if (request.url !== '/metrics') response.writeHead(404).end();
    else if (!isAllowed(request.headers.authorization)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    } else {
      metrics.text().then(
        (text) => response.writeHead(200, { 'content-type': metrics.contentType }).end(text),
        (error: Error) => response.destroy(error),
      );
    }
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

/** Looks at an `Authorization` header for as long, whatever it says. */
function bearerOf(token: string): (authorization: string | undefined) => boolean {
  const wanted = digest(`Bearer ${token}`);
  return (authorization = '') => timingSafeEqual(digest(authorization), wanted);
}

const digest = (text: string) => createHash('sha256').update(text).digest();
