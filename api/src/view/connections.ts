/** Connections and the requests under way on each, so that a stop waits for work and nothing else. */
import type { FastifyInstance } from 'fastify';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Makes `app.close()` hang up on whoever has no request under way: who never sent one, is idle
 * between two, or has not finished sending the head of one. Node.js takes the first and the last
 * for busy, and lets a connection live on after the answer that it waited for.
 */
export function hangUpAtClose(app: FastifyInstance): void {
  const requestsBySocket = new Map<Socket, number>();
  let isClosing = false;

  const hangUp = (socket: Socket) => {
    // What has been answered still goes out.
    if (requestsBySocket.get(socket) === 0) socket.destroySoon();
  };
  const add = (socket: Socket, change: number) => {
    const requests = requestsBySocket.get(socket);
    if (requests === undefined) return;
    requestsBySocket.set(socket, requests + change);
    if (isClosing) hangUp(socket);
  };

  // One function for all answers: this runs for every request.
  function onAnswered(this: ServerResponse) {
    add(this.req.socket, -1);
  }
  app.server.on('connection', (socket) => {
    requestsBySocket.set(socket, 0);
    socket.once('close', () => requestsBySocket.delete(socket));
    if (isClosing) hangUp(socket);
  });
  app.server.on('request', ({ socket }, response) => {
    add(socket, 1);
    response.on('close', onAnswered);
  });
  app.addHook('preClose', async () => {
    isClosing = true;
    for (const socket of requestsBySocket.keys()) hangUp(socket);
  });
}
