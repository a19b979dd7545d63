/**
 * Front ends that are served from elsewhere (https://fetch.spec.whatwg.org/#http-cors-protocol).
 * Tokens are sent by the page, never by the browser of its own accord: no credentials are allowed.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { addToVary } from './headers.ts';

const EXPOSED = {
  'access-control-expose-headers':
    'Link, Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset',
};
const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const PREFLIGHT_SECONDS = 86_400;

const mayAll = (origins: readonly string[]) => origins.includes('*');

/** What every reply says, whoever asks. */
export function corsHeaders(origins: readonly string[]): Readonly<Record<string, string>> {
  return mayAll(origins) ? { 'access-control-allow-origin': '*', ...EXPOSED } : {};
}

/**
 * What names the listed origins in the replies to them, and tells preflights what may be sent.
 *
 * @param origins such as `https://app.example`; `*` for all
 */
export function originsAllower(
  origins: readonly string[],
): (request: FastifyRequest, reply: FastifyReply) => void {
  const listed = mayAll(origins) ? undefined : new Set(origins);
  return (request, reply) => {
    if (listed) nameOrigin(request, reply, listed);
    if (request.method === 'OPTIONS') answerPreflight(request, reply);
  };
}

function nameOrigin(
  { headers: { origin } }: FastifyRequest,
  reply: FastifyReply,
  listed: ReadonlySet<string>,
): void {
  // Also where there is none: a cache must not give that reply to an origin.
  addToVary(reply, 'Origin');
  reply.headers(EXPOSED);
  if (origin !== undefined && listed.has(origin)) {
    reply.header('access-control-allow-origin', origin);
  }
}

function answerPreflight({ headers }: FastifyRequest, reply: FastifyReply): void {
  reply.headers({
    'access-control-allow-methods': METHODS,
    'access-control-max-age': PREFLIGHT_SECONDS,
  });
  const wanted = headers['access-control-request-headers'];
  if (wanted !== undefined) reply.header('access-control-allow-headers', wanted);
  addToVary(reply, 'Access-Control-Request-Headers');
}
