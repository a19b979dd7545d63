/** Streaming (https://docs.joinmastodon.org/methods/streaming/), on one screen. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { DomainError } from '../../../service/errors.ts';
import type { Viewer } from '../../../service/sessions.ts';
import type { RequestLoad } from '../../connections.ts';
import { tokenOf } from '../../endpoint.ts';
import { RequestError, refusalOf } from '../../errors.ts';
import type { Services } from '../../services.ts';
import { upgradeOf } from '../../upgrades.ts';
import { siteOf } from '../site.ts';
import { channelOf, type StreamRequest } from './channels.ts';
import { StreamConnections } from './connections.ts';
import { sendStream } from './server-sent.ts';
import { makeSocketServer, SocketStream } from './web-sockets.ts';

/** Where WebSockets are. */
export const SOCKET_PATH = '/api/v1/streaming';

/** The streams that have an address of their own, and what they are called there. */
const STREAMS: Readonly<Record<string, string>> = {
  user: 'user',
  'user/notification': 'user:notification',
  public: 'public',
  'public/local': 'public:local',
  'public/remote': 'public:remote',
  'public/media': 'public:media',
  hashtag: 'hashtag',
  'hashtag/local': 'hashtag:local',
  list: 'list',
  direct: 'direct',
};

const Text = Type.Optional(Type.String());
/** Each once: a token that came twice would be no text. */
const StreamQuery = Type.Object({
  access_token: Text,
  stream: Text,
  tag: Text,
  list: Text,
  only_media: Text,
});
type StreamQuery = Static<typeof StreamQuery>;

declare module 'fastify' {
  interface FastifyInstance {
    readonly streams: StreamConnections;
  }
}

export function streamingRoutes(app: FastifyInstance, services: Services, load: RequestLoad): void {
  const connections = new StreamConnections(services.sessions);
  const sockets = makeSocketServer();
  connections.start();
  const onRequest = (request: FastifyRequest) => identify(services, request);
  // Not in the description of the API: Mastodon documents it. HEAD would never end.
  const schema = { hide: true, querystring: StreamQuery };
  const route = { schema, onRequest, exposeHeadRoute: false };

  app.get(`${SOCKET_PATH}/health`, { schema: { hide: true } }, (_request, reply) =>
    reply.type('text/plain').send('OK'),
  );
  for (const [path, stream] of Object.entries(STREAMS)) {
    app.get(`${SOCKET_PATH}/${path}`, route, async (request, reply) => {
      const viewer = request.viewer as Viewer;
      const named = channelOf(wantedOf(request, stream), viewer.scopes);
      await sendStream(services, connections, named, { request, reply, viewer });
      load.letGo(reply.raw);
    });
  }
  for (const path of [SOCKET_PATH, `${SOCKET_PATH}/`]) {
    app.get(path, route, (request, reply) => {
      const upgrade = upgradeOf(request);
      if (!upgrade) throw new RequestError('not_found');
      const viewer = request.viewer as Viewer;
      connections.makeRoomFor(viewer);
      const refusal = (error: unknown) => refusalOf(error, request);
      const context = { services, connections, viewer, site: siteOf(request), refusal };
      const { stream } = request.query as StreamQuery;
      reply.hijack();
      reply.raw.detachSocket(request.raw.socket);
      sockets.handleUpgrade(request.raw, upgrade.socket, upgrade.head, (socket) =>
        new SocketStream(socket, context).begin(stream ? wantedOf(request, stream) : undefined),
      );
    });
  }
  app.decorate('streams', connections);
  app.addHook('preClose', async () => connections.stop());
}

function wantedOf(request: FastifyRequest, stream: string): StreamRequest {
  const { tag, list, only_media } = request.query as StreamQuery;
  const isMediaOnly =
    /^(true|1|on|t|yes)$/.test(only_media ?? '') && /^public(:\w+)?$/.test(stream);
  const hasMedia = stream.endsWith(':media');
  return { stream: isMediaOnly && !hasMedia ? `${stream}:media` : stream, tag, list };
}

/**
 * The token is where a browser can put it: in the address, or where a WebSocket names its subprotocol.
 *
 * @throws {DomainError} `token_invalid`
 */
async function identify({ sessions }: Services, request: FastifyRequest): Promise<void> {
  const { access_token: named } = request.query as StreamQuery;
  const protocol = request.headers['sec-websocket-protocol'];
  const token = tokenOf(request) || (typeof named === 'string' ? named : '') || (protocol ?? '');
  if (token === '') throw new DomainError('token_invalid');
  request.viewer = sessions.recall(token) ?? (await sessions.authenticate(token));
}
