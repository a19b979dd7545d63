/** One line in the log for each request; nothing in it that a client sent but method and path. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { statusOf } from './connections.ts';
import { requestIdOf } from './request-ids.ts';

/** To be called before other hooks are added, so that no request is missed. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onRequest', (request, reply, done) => {
    const begunAt = performance.now();
    // A connection that is gone has no address any more.
    const { ip } = request;
    reply.raw.once('close', () => logRequest(request, reply, ip, performance.now() - begunAt));
    done();
  });
}

function logRequest(request: FastifyRequest, reply: FastifyReply, ip: string, ms: number): void {
  const { method, url, viewer } = request;
  const details = {
    requestId: requestIdOf(request),
    method,
    path: pathOf(url),
    status: statusOf(reply.raw),
    ms: Math.round(ms * 100) / 100,
    address: ip,
    ...(viewer && { userId: viewer.userId }),
  };
  request.log.info(details, 'request');
}

/** Without the query, which may hold anything; an address in full may hold a password. */
function pathOf(url: string): string {
  return url.startsWith('/') ? url.replace(/[?#].*$/s, '') : '*';
}
