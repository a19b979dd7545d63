import type { FastifyReply } from 'fastify';

/** Headers that every reply bears, errors included, unless its endpoint knows better. */
export const COMMON_HEADERS = {
  // A tweet shows on the very next read, and a token is nobody else's.
  'cache-control': 'no-store',
  // An API answer is never a page: nothing in it may run, and nobody may frame it.
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const;

/** Says that the answer depends on this request header too. */
export function addToVary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? header : `${String(others)}, ${header}`);
}
