/** A line to a server that a test can cut and mend. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';

export interface CuttableProxy {
  readonly port: number;
  /** Breaks every connection, and refuses new ones. */
  cut(): void;
  mend(): void;
}

/** Forwards connections to `port` of 127.0.0.1. */
export async function cuttableProxy(t: TestContext, port: number): Promise<CuttableProxy> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    }
    near.on('error', () => far.destroy()).pipe(far);
    far.on('error', () => near.destroy()).pipe(near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  atEnd(t, () => {
    cut();
    server.close();
  });
  return {
    port: (server.address() as { port: number }).port,
    cut,
    mend: () => {
      isCut = false;
    },
  };
}
