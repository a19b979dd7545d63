/** HAProxy and nginx as `infra/` sets them up, before servers of a test's own. */
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';
import { freePort, programPath, startDaemon } from './process.ts';
import { tempFolder } from './temp.ts';

const infra = path.join(import.meta.dirname, '../../../infra');

/** What stands between the world and two servers. */
export interface LoadBalancer {
  readonly program: string;
  /**
   * @param servers ports of 127.0.0.1
   * @returns the load balancer's own address
   */
  start(t: TestContext, servers: readonly [number, number]): Promise<string>;
}

type Arguments = (folder: string, port: number, servers: readonly [number, number]) => string[];

function loadBalancer(program: string, debianPackage: string, prepare: Arguments): LoadBalancer {
  return {
    program,
    start: async (t, servers) => {
      const folder = tempFolder(t);
      const port = await freePort();
      const args = prepare(folder, port, servers);
      const log = path.join(folder, 'log');
      const daemon = startDaemon(programPath(program, debianPackage), args, log);
      atEnd(t, () => daemon.end());
      await daemon.ready(() => answering(port));
      return `http://127.0.0.1:${port}`;
    },
  };
}

/** Without a request, which would reach the servers. */
async function answering(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.destroy();
}

const haproxy = loadBalancer('haproxy', 'haproxy', (folder, port, [one, two]) => {
  const addresses = path.join(folder, 'addresses.cfg');
  writeFileSync(
    addresses,
    `global\n  setenv LISTEN 127.0.0.1:${port}\n` +
      `  setenv SERVER_ONE 127.0.0.1:${one}\n  setenv SERVER_TWO 127.0.0.1:${two}\n`,
  );
  return ['-db', '-f', addresses, '-f', path.join(infra, 'haproxy/haproxy.cfg')];
});

const nginx = loadBalancer('nginx', 'nginx-light', (folder, port, [one, two]) => {
  const site = readFileSync(path.join(infra, 'nginx/minitter.conf'), 'utf8')
    .replace('127.0.0.1:5001', `127.0.0.1:${one}`)
    .replace('127.0.0.1:5002', `127.0.0.1:${two}`)
    .replace('listen 127.0.0.1:8080', `listen 127.0.0.1:${port}`);
  const places = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join('\n');
  const config = path.join(folder, 'nginx.conf');
  writeFileSync(
    config,
    `daemon off; master_process off; pid ${folder}/pid; error_log stderr;\n` +
      `events {}\nhttp { access_log off;\n${places}\n${site}}\n`,
  );
  return ['-p', folder, '-e', 'stderr', '-c', config];
});

const isThere = ({ program }: LoadBalancer) =>
  [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin'].some((folder) =>
    existsSync(path.join(folder, program)),
  );

/** Those that can be tested here. In CI all are there, or the tests fail. */
export const LOAD_BALANCERS: readonly LoadBalancer[] = [haproxy, nginx].filter(
  (one) => isThere(one) || Boolean(process.env['CI']),
);
