/** Headers that every reply bears, and how they get there for next to nothing. */
import type { FastifyReply } from 'fastify';
import {
  type IncomingMessage,
  ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';

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

/** How Node.js begins a reply: with its status line, to which it adds the headers as they are set. */
interface HeadWriter {
  _storeHeader(statusLine: string, headers: object | null | undefined): void;
}
const node = ServerResponse.prototype as unknown as HeadWriter;

/** How a reply's connection goes on. */
export interface Connections {
  /** Once it is about to stop, each reply is the last of its connection, and says so. */
  readonly server: { readonly isStopping: boolean };
  /** For how long a connection stays open between two requests, as clients are told. */
  readonly keepAliveSeconds: number;
}

/**
 * Replies that bear these headers, except those that a reply sets itself. They stand ready as text
 * behind the status line. Set one by one, each is checked and joined for every reply, which costs
 * more than the router, the token and the schema together; Node.js has no public way to say that
 * they are known to be good.
 *
 * @param headers by name in small letters
 */
export function replyBearing(
  headers: Readonly<Record<string, string>>,
  { server, keepAliveSeconds }: Connections,
): typeof ServerResponse {
  const lines = new Map(
    Object.entries(headers).map(([name, value]) => [name, `${name}: ${value}\r\n`]),
  );
  const all = [...lines.values()].join('');
  const keepAlive = `keep-alive: timeout=${keepAliveSeconds}\r\n`;
  const allBut = (own: object) =>
    [...lines].map(([name, text]) => (name in own ? '' : text)).join('');
  const areUsual = (own: object) => {
    for (const name in own) if (lines.has(name)) return false;
    return true;
  };

  class Reply<R extends IncomingMessage> extends ServerResponse<R> implements LineBearer {
    ownLines = '';

    _storeHeader(statusLine: string, own: object | null | undefined): void {
      if (server.isStopping) this.shouldKeepAlive = false;
      const isUsual = !own || areUsual(own);
      const ours = (isUsual ? all : allBut(own)) + (this.shouldKeepAlive ? keepAlive : '');
      node._storeHeader.call(this, statusLine + ours + this.ownLines, own);
    }
  }
  return Reply;
}

/** A reply of {@link replyBearing}. */
interface LineBearer {
  /** Lines that this reply alone bears. */
  ownLines: string;
}

/**
 * A header as the line that it is sent as.
 *
 * @throws {TypeError} when it cannot stand in a reply
 */
export function headerLine(name: string, value: string): string {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  return `${name}: ${value}\r\n`;
}

/**
 * Adds a header whose line stands ready, since the same reply is sent again and again.
 *
 * @param line from {@link headerLine}
 */
export function bearLine({ raw }: FastifyReply, line: string): void {
  (raw as unknown as LineBearer).ownLines += line;
}

/** Says that the answer depends on this request header too. */
export function addToVary(reply: FastifyReply, header: string): void {
  const others = reply.getHeader('vary');
  reply.header('vary', others === undefined ? header : `${String(others)}, ${header}`);
}
