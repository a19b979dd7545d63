/** Streams as Server-Sent Events: one request, one stream. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Viewer } from '../../../service/sessions.ts';
import type { StreamEvent } from '../../../service/streams.ts';
import type { Services } from '../../services.ts';
import { type Site, siteOf } from '../site.ts';
import type { NamedChannel } from './channels.ts';
import type { Connection, StreamConnections } from './connections.ts';
import { asServerSent } from './messages.ts';

/**
 * Answers with a stream that ends when the client goes, or the server does.
 *
 * @throws {DomainError} `too_many_streams`, `list_not_found`
 */
export async function sendStream(
  { streams }: Services,
  connections: StreamConnections,
  { channel }: NamedChannel,
  { request, reply, viewer }: { request: FastifyRequest; reply: FastifyReply; viewer: Viewer },
): Promise<void> {
  connections.makeRoomFor(viewer);
  const stream = new ServerSentStream(reply.raw, viewer, siteOf(request), connections);
  connections.add(stream);
  try {
    const close = await streams.open(viewer.userId, channel, (event) => stream.tell(event));
    reply.raw.once('close', close);
    // It may have been closed while the list was looked for.
    if (reply.raw.destroyed) close();
  } catch (error) {
    connections.delete(stream);
    throw error;
  }
  reply.hijack();
  stream.begin(reply.getHeaders());
}

class ServerSentStream implements Connection {
  readonly viewer: Viewer;
  readonly #response: ServerResponse;
  readonly #site: Site;
  readonly #connections: StreamConnections;

  constructor(
    response: ServerResponse,
    viewer: Viewer,
    site: Site,
    connections: StreamConnections,
  ) {
    this.viewer = viewer;
    this.#response = response;
    this.#site = site;
    this.#connections = connections;
  }

  get waiting(): number {
    return this.#response.writableLength;
  }

  begin(headers: ReturnType<FastifyReply['getHeaders']>): void {
    this.#response.once('close', () => this.#connections.delete(this));
    if (this.#response.destroyed) {
      this.#connections.delete(this);
      return;
    }
    // Nobody on the way shall keep it, or wait until it is whole.
    this.#response.writeHead(200, {
      ...(headers as Record<string, string>),
      'content-type': 'text/event-stream',
      'cache-control': 'private, no-store',
      'x-accel-buffering': 'no',
    });
    this.#write(':)\n');
  }

  tell(event: StreamEvent): void {
    this.#write(asServerSent(event, this.#site));
  }

  beat(): boolean {
    this.#write(':thump\n');
    return true;
  }

  end(why: Parameters<Connection['end']>[0]): void {
    const isCut = why === 'too slow' || why === 'dead' || !this.#response.headersSent;
    if (isCut) this.#response.destroy();
    else this.#response.end();
  }

  #write(text: string | Buffer): void {
    if (this.#response.writableEnded || this.#response.destroyed) return;
    // What is told before the head is written would come in its place.
    if (!this.#response.headersSent) return;
    this.#response.write(text);
    this.#connections.wrote(this);
  }
}
