/** node:http and nothing else, with the tiny reply of the other server. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { report } from './kit.ts';

const body = JSON.stringify({ ok: true });
const headers = {
  'content-type': 'application/json; charset=utf-8',
  'content-length': String(body.length),
};
const server = createServer((_request, reply) => {
  reply.writeHead(200, headers);
  reply.end(body);
});
server.listen(0, '127.0.0.1', () => {
  report({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
