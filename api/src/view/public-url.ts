import type { FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyInstance {
    /** `MINITTER_PUBLIC_URL`, when it is set. */
    readonly publicUrl: string | undefined;
  }
}

/** The characters of a host name or address, with or without a port. */
const HOST = /^[\w.-]+(:\d+)?$|^\[[\da-fA-F:.]+\](:\d+)?$/;

/** The last address that was looked at: most requests ask for the same. */
let last = { protocol: '', host: '', found: '' };

/** The server's address as this client knows it, without a slash at the end. */
export function publicUrlOf({ server, protocol, host }: FastifyRequest): string {
  if (server.publicUrl !== undefined) return server.publicUrl;
  if (host !== last.host || protocol !== last.protocol) {
    // A proxy that is believed may hand on whatever its client said.
    const scheme = protocol === 'https' ? 'https' : 'http';
    const asked = `${scheme}://${host}`;
    // A host can be well spelt and still be none: x:99999, 999.999.999.999, [:::].
    const isHost = HOST.test(host) && URL.canParse(asked);
    last = { protocol, host, found: isHost ? asked : `${scheme}://localhost` };
  }
  return last.found;
}
