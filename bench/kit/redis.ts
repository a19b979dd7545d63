/** A Redis server for one scenario, with nothing on disk. */
import { promisify } from 'node:util';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, programPath, startDaemon } from '../../api/test/kit/process.ts';

const run = promisify(execFile);

/** Runs a scenario on a Redis of its own. @throws {Error} that names what is not installed */
export async function onRedis<T>(scenario: (url: string) => Promise<T>): Promise<T> {
  const program = programPath('redis-server', 'redis-server');
  const cli = programPath('redis-cli', 'redis-tools');
  const folder = await mkdtemp(path.join(tmpdir(), 'minitter-bench-redis-'));
  const port = await freePort();
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, '--save', ''];
  const daemon = startDaemon(program, args, path.join(folder, 'log'));
  try {
    await daemon.ready(() => run(cli, ['-p', String(port), 'ping']));
    return await scenario(`redis://127.0.0.1:${port}`);
  } finally {
    await daemon.end('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}
