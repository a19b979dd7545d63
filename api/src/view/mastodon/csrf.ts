/**
 * Forms that can be sent from our own page alone: it bears a random text, and the browser the same
 * one in a cookie, which other sites can neither read nor set nor have sent.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomBytes, timingSafeEqual } from 'node:crypto';

const MARK = /^[\w-]{43}$/;
const MINUTES = 60;

/** With this prefix no neighbour of the same domain can set it, and it needs TLS. */
const nameFor = ({ protocol }: FastifyRequest): string =>
  protocol === 'https' ? '__Host-minitter-form' : 'minitter-form';

/** What is to stand in the form; the same for all pages that a browser has open. */
export function formMark(request: FastifyRequest, reply: FastifyReply): string {
  const mark = sentMark(request) ?? randomBytes(32).toString('base64url');
  const secure = request.protocol === 'https' ? '; Secure' : '';
  reply.header(
    'set-cookie',
    `${nameFor(request)}=${mark}; Path=/; Max-Age=${MINUTES * 60}; HttpOnly; SameSite=Lax${secure}`,
  );
  return mark;
}

/** Whether a form with this mark came from a page of ours. */
export function isOwnForm(request: FastifyRequest, mark: string): boolean {
  const sent = sentMark(request);
  return (
    sent !== undefined && MARK.test(mark) && timingSafeEqual(Buffer.from(sent), Buffer.from(mark))
  );
}

function sentMark(request: FastifyRequest): string | undefined {
  const name = nameFor(request);
  const cookies = (request.headers.cookie ?? '').split(';').map((one) => one.trim());
  const mark = cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  return mark !== undefined && MARK.test(mark) ? mark : undefined;
}
