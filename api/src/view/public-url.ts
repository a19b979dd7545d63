import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** `MINITTER_PUBLIC_URL`, when it is set. */
    readonly publicUrl: string | undefined;
  }
}

/** The server's address as this client knows it, without a slash at the end. */
export function publicUrlOf(request: FastifyRequest): string {
  return request.server.publicUrl ?? `${request.protocol}://${request.host}`;
}
