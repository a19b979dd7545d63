/** Servers that tests start: a port to listen on, a wait until it serves, an end without leftovers. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const START_MS = 60_000;
const POLL_MS = 20;
const STOP_MS = 10_000;
/** What the log's end says is enough to see why a server died. */
const LOG_END = 3000;

/** A free TCP port of 127.0.0.1. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/**
 * Where a program is; system folders are looked in although only root has them on the PATH.
 *
 * @throws {Error} that names the Debian package to install
 */
export function programPath(program: string, debianPackage: string): string {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  const found = folders
    .map((folder) => path.join(folder, program))
    .find((file) => existsSync(file));
  if (found === undefined) {
    throw new Error(`${program} is not installed; on Debian: apt-get install ${debianPackage}`);
  }
  return found;
}

export interface Daemon {
  readonly isAlive: () => boolean;
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end; SIGKILL follows when it takes too long. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /**
   * Waits until `probe` succeeds.
   *
   * @throws {Error} with the end of the log, when the program dies or takes too long
   */
  ready(probe: () => Promise<unknown>): Promise<void>;
}

/**
 * Starts a program whose output goes to the file `log`. It ends with this process.
 *
 * @param env its environment; this process's own without it
 */
export function startDaemon(
  program: string,
  args: readonly string[],
  log: string,
  env: NodeJS.ProcessEnv = process.env,
): Daemon {
  const output = openSync(log, 'a');
  const child = spawn(program, args, { stdio: ['ignore', output, output], env });
  closeSync(output);
  const exited = once(child, 'exit').catch(() => {});
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  void exited.then(() => process.off('exit', killAtExit));
  return {
    isAlive: () => isRunning(child),
    signal: (signal) => child.kill(signal),
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await Promise.race([exited, sleep(STOP_MS, undefined, { ref: false })]);
      child.kill('SIGKILL');
      await exited;
    },
    ready: (probe) => waitFor(probe, child, log),
  };
}

const isRunning = (child: ChildProcess) => child.exitCode === null && child.signalCode === null;

async function waitFor(
  probe: () => Promise<unknown>,
  child: ChildProcess,
  log: string,
): Promise<void> {
  const deadline = Date.now() + START_MS;
  for (;;) {
    try {
      await probe();
      return;
    } catch (error) {
      if (isRunning(child) && Date.now() < deadline) await sleep(POLL_MS);
      else {
        const end = readFileSync(log, 'utf8').slice(-LOG_END);
        throw new Error(`${child.spawnfile} did not start:\n${end}`, { cause: error });
      }
    }
  }
}
