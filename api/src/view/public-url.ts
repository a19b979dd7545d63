import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** `MINITTER_PUBLIC_URL`, when it is set. */
    readonly publicUrl: string | undefined;
  }
}

/** A host name or address, with or without a port: all that may go into an address of ours. */
const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-fA-F:.]+\](:\d+)?$/;

/** The server's address as this client knows it, without a slash at the end. */
export function publicUrlOf({ server, protocol, host }: FastifyRequest): string {
  return server.publicUrl ?? `${protocol}://${HOST.test(host) ? host : 'localhost'}`;
}
