/** A Redis server of a test's own, which it can kill, freeze and start again. */
import { Redis } from 'ioredis';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { RedisLink } from '../../src/adapter/redis/link.ts';
import { atEnd } from './at-end.ts';
import { type Daemon, freePort, programPath, startDaemon } from './process.ts';
import { tempFolder } from './temp.ts';

export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Its data folder, where `SAVE` writes dump.rdb. */
  readonly folder: string;
  /** SIGSTOP: connections stay open, nothing is answered. */
  freeze(): void;
  thaw(): void;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Starts it again after a kill, with what is in its folder. */
  start(): Promise<void>;
  /** Sends one command over a connection of its own. */
  command(name: string, ...args: string[]): Promise<unknown>;
}

/** Starts a server. @param args for redis-server, after the usual ones */
export async function startRedis(
  t: TestContext,
  args: readonly string[] = [],
): Promise<RedisServer> {
  const program = programPath('redis-server', 'redis-server');
  const folder = path.join(tempFolder(t), 'redis');
  mkdirSync(folder, { recursive: true });
  const port = await freePort();
  let daemon: Daemon | undefined;
  const command = async (name: string, ...rest: string[]) => {
    const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null });
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.call(name, ...rest);
    } finally {
      client.disconnect();
    }
  };
  const start = async () => {
    daemon = startDaemon(program, [...serverArgs(port, folder), ...args], `${folder}/log`);
    await daemon.ready(() => command('PING'));
  };
  atEnd(t, () => daemon?.end('SIGKILL'));
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    folder,
    freeze: () => daemon?.signal('SIGSTOP'),
    thaw: () => daemon?.signal('SIGCONT'),
    kill: async () => daemon?.end('SIGKILL'),
    start,
    command,
  };
}

function serverArgs(port: number, folder: string): string[] {
  return ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
}

/**
 * A line to a server, closed when the test ends.
 *
 * @param timeoutMs longer where it is not the point that somebody does not wait
 */
export async function openLink(
  t: TestContext,
  urls: readonly string[],
  timeoutMs?: number,
): Promise<RedisLink> {
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const link = await RedisLink.open({ urls, log: SILENT, ...patience });
  atEnd(t, () => link.close());
  return link;
}

export const SILENT = { warn: () => {}, error: () => {} };
