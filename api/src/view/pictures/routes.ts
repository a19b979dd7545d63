/** Pictures by their address: what people have uploaded, and what is shown where they have not. */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { readFileSync } from 'node:fs';
import { Type } from 'typebox';
import { callers, forAnyone } from '../endpoint.ts';
import { RequestError } from '../errors.ts';
import type { Services } from '../services.ts';

/** A picture never changes under its address. */
const FOR_EVER = 'public, max-age=31536000, immutable';
/** Ours may change with the next version. */
const FOR_A_DAY = 'public, max-age=86400';
/** Elsewhere an address may be good for an hour only. */
const FOR_TEN_MINUTES = 'public, max-age=600';
/** Whoever opens one by itself gets a picture and nothing else, whatever is in it. */
const POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const OF_NO_API = { tags: [], summary: '', response: {}, hide: true } as const;

const file = forAnyone(
  { ...OF_NO_API, params: Type.Object({ key: Type.String() }) },
  async ({ services, params, request, reply }) => {
    const found = await services.files.fetch(params.key);
    if (!found) throw new RequestError('not_found');
    if ('address' in found) {
      return reply.header('cache-control', FOR_TEN_MINUTES).redirect(found.address);
    }
    const etag = `"${params.key}"`;
    reply.headers({ etag, 'cache-control': FOR_EVER, 'content-security-policy': POLICY });
    if (request.headers['if-none-match'] === etag) return reply.code(304).send();
    return reply.type(found.contentType).send(Buffer.from(found.bytes));
  },
);

/** A picture that came with the program. */
function ours(name: string) {
  const bytes = readFileSync(new URL(`ours/${name}`, import.meta.url));
  const send = ({ reply }: { readonly reply: FastifyReply }) =>
    reply
      .headers({ 'cache-control': FOR_A_DAY, 'content-security-policy': POLICY })
      .type('image/png')
      .send(bytes);
  return forAnyone(OF_NO_API, send);
}

export function pictureRoutes(app: FastifyInstance, services: Services): void {
  const { anyone } = callers(services);
  app.get('/media/:key', anyone(file));
  app.get('/avatars/missing.png', anyone(ours('missing-avatar.png')));
  app.get('/headers/missing.png', anyone(ours('missing-header.png')));
}
