/**
 * Listening on every address of a host name: `localhost` is two on most machines. There is one HTTP server;
 * what comes in elsewhere is handed to it, so that its limits, its time-outs and its end are those of all.
 */
import type { FastifyInstance } from 'fastify';
import { lookup } from 'node:dns/promises';
import { once } from 'node:events';
import { type AddressInfo, createServer, isIP, type Server } from 'node:net';

export interface Place {
  /** An address or a host name. */
  readonly host: string;
  readonly port: number;
}

/** How a server takes connections by itself. */
const AS_HTTP = { allowHalfOpen: true, noDelay: true };
/** Of several addresses, those that this machine does not have are left out. */
const NOT_HERE = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT']);

/**
 * Listens on all addresses of `host` that this machine has, on one port.
 *
 * @param find gives the addresses of a host
 * @throws {NodeJS.ErrnoException} when it cannot on one of them, or has none
 */
export async function listenAt(
  app: FastifyInstance,
  { host, port }: Place,
  find: (host: string) => Promise<readonly string[]> = addressesOf,
): Promise<void> {
  const addresses = await find(host);
  const doors: Server[] = [];
  app.addHook('preClose', async () => {
    // Nobody new is let in; whoever is inside is seen off with all the others.
    for (const door of doors) door.close();
  });
  app.addHook('onClose', async () => {
    await Promise.all(doors.map(closed));
  });
  for (const [i, address] of addresses.entries()) {
    const isLast = i === addresses.length - 1;
    try {
      await app.listen({ host: address, port });
      await openDoors(app, addresses.slice(i + 1), doors);
      return;
    } catch (error) {
      if (isLast || app.server.listening || !isNotHere(error)) throw error;
    }
  }
}

/** An address is itself; each address of a name comes once, in the order in which it is to be tried. */
async function addressesOf(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [host];
  const found = await lookup(host, { all: true });
  return [...new Set(found.map(({ address }) => address))];
}

async function openDoors(
  app: FastifyInstance,
  addresses: readonly string[],
  doors: Server[],
): Promise<void> {
  const { port } = app.server.address() as AddressInfo;
  for (const host of addresses) {
    const door = createServer(AS_HTTP, (socket) => app.server.emit('connection', socket));
    try {
      door.listen({ host, port });
      await once(door, 'listening');
      doors.push(door);
    } catch (error) {
      if (!isNotHere(error)) throw error;
    }
  }
}

const isNotHere = (error: unknown) => NOT_HERE.has((error as NodeJS.ErrnoException).code ?? '');

/** Fulfilled when the last connection that came in here has gone. */
async function closed(door: Server): Promise<void> {
  // One that is closed already says so in an error.
  await new Promise<void>((resolve) => door.close(() => resolve()));
}
