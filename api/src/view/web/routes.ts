/** The web client on one screen: the addresses of its pages, and its files. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import Negotiator from 'negotiator';
import { addToVary } from '../headers.ts';
import type { Services } from '../services.ts';
import type { ClientFile, WebClient } from './client.ts';
import { profilePreview, tweetPreview } from './previews.ts';
import type { PagePreview } from './shell.ts';

/** Pages that are the same for everybody until the client has begun. None is a classic address. */
const PAGES = [
  '/',
  '/about',
  '/bookmarks',
  '/favourites',
  '/home',
  '/join',
  '/lists',
  '/lists/:id',
  '/notifications',
  '/oauth-callback',
  '/search',
  '/settings',
  '/settings/:part',
  '/signin',
  '/tags/:tag',
] as const;
/** Parts of a profile that have addresses of their own; anything else there is a tweet's id. */
const PROFILE_PARTS = new Set(['replies', 'media', 'followers', 'following']);

/** It keeps files of this server, and asks for pages: a worker is held to the policy that it came with. */
const WORKER = '/service-worker.js';
const WORKER_POLICY = "default-src 'none'; connect-src 'self'";

const HIDDEN = { schema: { hide: true } };
const YEAR_SECONDS = 31_536_000;

interface PersonParams {
  readonly name: string;
  readonly part?: string;
}

export function webRoutes(app: FastifyInstance, services: Services, client: WebClient): void {
  for (const page of PAGES) {
    app.get(page, HIDDEN, async (_request, reply) => sendPage(reply, client, 200));
  }
  app.get<{ Params: PersonParams }>('/@:name', HIDDEN, async (request, reply) => {
    const preview = await profilePreview(services, request, request.params.name);
    return sendPage(reply, client, preview ? 200 : 404, preview);
  });
  app.get<{ Params: PersonParams }>('/@:name/:part', HIDDEN, async (request, reply) => {
    const preview = await previewOf(services, request, request.params);
    return sendPage(reply, client, preview ? 200 : 404, preview);
  });
  for (const file of client.files) {
    app.get(file.address, HIDDEN, async (request, reply) => sendFile(request, reply, file));
  }
}

const ID = /^\d{1,16}$/;

async function previewOf(
  services: Services,
  request: FastifyRequest,
  { name, part = '' }: PersonParams,
): Promise<PagePreview | undefined> {
  if (PROFILE_PARTS.has(part)) return profilePreview(services, request, name);
  if (!ID.test(part)) return undefined;
  return tweetPreview(services, request, { name, id: Number(part) });
}

/** Whether somebody looks at this address with a browser. */
export function wantsPage({ method, headers, url }: FastifyRequest): boolean {
  const isRead = method === 'GET' || method === 'HEAD';
  return isRead && !url.startsWith('/api/') && (headers.accept ?? '').includes('text/html');
}

/** @param status 404 for what is not there: the client says so in words */
export function sendPage(
  reply: FastifyReply,
  { shell }: WebClient,
  status: number,
  preview?: PagePreview,
): FastifyReply {
  return reply
    .code(status)
    .headers({
      'cache-control': 'no-cache',
      'content-security-policy': shell.policy,
      // The server's sign-in page is to know where it was asked for.
      'referrer-policy': 'same-origin',
    })
    .type('text/html; charset=utf-8')
    .send(preview ? shell.withPreview(preview) : shell.plain);
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: ClientFile): FastifyReply {
  addToVary(reply, 'Accept-Encoding');
  reply.headers({
    etag: file.etag,
    'cache-control': file.isImmutable ? `public, max-age=${YEAR_SECONDS}, immutable` : 'no-cache',
  });
  if (file.address === WORKER) reply.header('content-security-policy', WORKER_POLICY);
  if (request.headers['if-none-match'] === file.etag) return reply.code(304).send();
  const encoding = encodingFor(request, file);
  if (encoding !== 'identity') reply.header('content-encoding', encoding);
  return reply.type(file.type).send(file[encoding]);
}

type Encoding = 'br' | 'gzip' | 'identity';

function encodingFor(request: FastifyRequest, { br, gzip }: ClientFile): Encoding {
  const made: Encoding[] = ['identity'];
  if (gzip) made.unshift('gzip');
  if (br) made.unshift('br');
  const taken = new Negotiator(request.raw).encodings(made);
  return made.find((encoding) => taken.includes(encoding)) ?? 'identity';
}
