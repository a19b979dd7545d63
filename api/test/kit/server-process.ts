/** The real server as a process of its own: for what only a process can do, such as being killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { clientOf, type TestApp } from './app.ts';
import { atEnd } from './at-end.ts';

const MAIN = path.join(import.meta.dirname, '../../src/main.ts');

export interface ServerProcess extends Omit<TestApp, 'app'> {
  readonly pid: number;
  /** All that it has said so far. */
  readonly output: () => string;
  /** Sends a signal and waits for the end. @returns the exit status, or the signal it died of */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>;
}

/** What a command that has ended said. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Env = Readonly<Record<string, string>>;

/** How `minitter` is run, and where: the sources by this Node.js unless a test says otherwise. */
export interface Launch {
  readonly command: readonly [program: string, ...args: string[]];
  readonly cwd: string;
}

const FROM_SOURCES: Launch = { command: [process.execPath, MAIN], cwd: path.dirname(MAIN) };

/** The settings alone decide: nothing of the machine's own environment but what programs need. */
function spawnMinitter(args: readonly string[], env: Env, launch: Launch): ChildProcess {
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
  const { command, cwd } = launch;
  const [program, ...before] = command;
  return spawn(program, [...before, ...args], {
    cwd,
    env: { PATH, HOME, TMPDIR, PORT: '0', BCRYPT_COST: '4', RATE_LIMITS: 'off', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/**
 * Runs `minitter <args>` to its end.
 *
 * @param cwd where `.env` is looked for; the folder of the sources unless given
 */
export async function runMinitter(
  t: TestContext,
  args: readonly string[],
  env: Env,
  cwd: string = FROM_SOURCES.cwd,
): Promise<Ended> {
  const child = spawnMinitter(args, env, { ...FROM_SOURCES, cwd });
  atEnd(t, () => child.kill('SIGKILL'));
  let stdout = '';
  let stderr = '';
  child.stdout?.on('data', (data) => (stdout += String(data)));
  child.stderr?.on('data', (data) => (stderr += String(data)));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, stdout, stderr };
}

/**
 * Starts `minitter serve` and waits until it serves.
 *
 * @throws {Error} with what it said, when it ends instead
 */
export async function startServer(
  t: TestContext,
  env: Env,
  launch: Launch = FROM_SOURCES,
): Promise<ServerProcess> {
  const child = spawnMinitter(['serve'], env, launch);
  const ended = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  atEnd(t, async () => {
    child.kill('SIGKILL');
    await ended;
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (data) => (output += String(data)));
  }
  const url = await addressOf(child);
  return {
    ...clientOf(url),
    pid: child.pid ?? 0,
    output: () => output,
    end: async (signal) => {
      child.kill(signal);
      const [status, diedOf] = await ended;
      return diedOf ?? status ?? -1;
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout || !child.stderr) throw new Error('the server has no output');
  let complaint = '';
  child.stderr.on('data', (data) => (complaint += String(data)));
  for await (const line of createInterface(child.stdout)) {
    const url = /Minitter is at (http:[^"\s]+)/.exec(line)?.[1];
    if (url) {
      // Read on, or the server would block on a full pipe.
      child.stdout.resume();
      return url;
    }
  }
  throw new Error(`the server did not start: ${complaint}`);
}
