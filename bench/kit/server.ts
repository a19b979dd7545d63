/** A server in a process of its own, on a free port of 127.0.0.1. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { load, type LoadOptions, type Measured } from './load.ts';

/** What a server tells of itself. */
export interface Vitals {
  /** Bytes. */
  readonly rss: number;
  /** Bytes of objects, and of the memory that is kept for them. */
  readonly heapUsed: number;
  readonly heapTotal: number;
  /** Bytes of buffers, as far as they have been asked for; those never touched take no memory. */
  readonly arrayBuffers: number;
  /** CPU time since the start, of all threads, in milliseconds. */
  readonly cpuMs: number;
  readonly timelines: { hits: number; misses: number; bytes: number } | undefined;
}

export interface Server {
  readonly url: string;
  /** From the start of the process until it listened, in milliseconds. */
  readonly startMs: number;
  vitals(): Promise<Vitals>;
  /** Sets the size of the prebuilt reply, in bytes. */
  setPrebuilt(bytes: number): Promise<void>;
  stop(): Promise<void>;
}

export const SECRET = 'a key for benchmarks, which nobody else uses';

/**
 * Starts `bench/servers/<name>.ts`.
 *
 * @throws {Error} when it ends before it listens
 */
export async function startServer(
  name: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Server> {
  const script = path.join(import.meta.dirname, '..', 'servers', `${name}.ts`);
  const settings = {
    RATE_LIMITS: 'off',
    // Twenty million tweets would keep it busy for hours.
    SEARCH_INDEX: 'off',
    LOG_LEVEL: 'warn',
    MINITTER_SECRET: SECRET,
    PORT: '0',
  };
  const begun = performance.now();
  const child = fork(script, {
    env: { PATH: process.env['PATH'] ?? '', ...settings, ...env },
    // Not with this process's own settings: a server runs with as much memory as Node.js takes.
    execArgv: [],
    // A crash shows; what it logs besides is of no interest.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const death = once(child, 'exit').then(([code]) => {
    throw new Error(`the server ended with ${String(code)}`);
  });
  death.catch(() => {});
  const { url } = await answer<{ url: string }>(child, death);
  const ask = async <T>(question: unknown): Promise<T> => {
    child.send(question as object);
    return answer<T>(child, death);
  };
  return {
    url,
    startMs: performance.now() - begun,
    vitals: () => ask<Vitals>({ ask: 'vitals' }),
    setPrebuilt: async (bytes) => {
      await ask({ ask: 'prebuilt', bytes });
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await death.catch(() => {});
    },
  };
}

/** What was measured, and what it cost. */
export interface Driven extends Measured {
  /** Requests answered per second of the server's CPU time, that of all its threads. */
  readonly perCpuSecond: number;
}

/** Loads a server and looks at how much CPU time that takes it. @throws {Error} as `load` does */
export async function drive(server: Server, options: LoadOptions): Promise<Driven> {
  const before = await server.vitals();
  const measured = await load(server.url, options);
  const { cpuMs } = await server.vitals();
  return { ...measured, perCpuSecond: (measured.requests * 1000) / (cpuMs - before.cpuMs) };
}

/** The next thing that the server says, unless it ends before. */
async function answer<T>(child: ChildProcess, death: Promise<never>): Promise<T> {
  const { promise, resolve } = Promise.withResolvers<T>();
  child.once('message', (value) => resolve(value as T));
  return Promise.race([promise, death]);
}
