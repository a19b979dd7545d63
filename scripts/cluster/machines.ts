/** MariaDB, Redis, two servers of Minitter and HAProxy on 127.0.0.1, from Debian's packages. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { userInfo } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { type Daemon, programPath, startDaemon } from '../../api/test/kit/process.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const HAPROXY_CONFIG = path.join(ROOT, 'infra/haproxy/haproxy.cfg');
const ACCOUNT = 'minitter';
const PASSWORD = 'on-this-machine-only';
/** The servers, as HAProxy calls them. */
const NAMES = ['one', 'two'] as const;
const TAKEN_BACK_MS = 30_000;

/** A program of the cluster. */
export interface Machine {
  /** Sends a signal and waits for nothing. */
  signal(signal: NodeJS.Signals): void;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<void>;
  /** Starts it again; fulfilled when it serves. */
  start(): Promise<void>;
}

export interface Cluster {
  /** HAProxy. */
  readonly url: string;
  readonly database: Machine & { readonly url: string };
  readonly redis: Machine & { readonly url: string };
  readonly instances: readonly (Machine & { readonly url: string })[];
  /** Fulfilled when HAProxy sends requests to this instance. */
  takesBack(instance: number): Promise<void>;
  /** Ends everything. */
  stop(): Promise<void>;
}

export interface ClusterOptions {
  /** Where everything is kept. */
  readonly folder: string;
  /** The port of HAProxy; any that is free without it. */
  readonly port?: number;
  /** Settings of the servers, beside those that make them a cluster. */
  readonly env?: Readonly<Record<string, string>>;
  /** For controls: the database acknowledges what is not on its disk. */
  readonly isForgetful?: boolean;
  /** For controls: HAProxy does not look whether servers are there. */
  readonly isBlind?: boolean;
}

/** @throws {Error} that names what is not installed, or with the end of a log */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  await mkdir(options.folder, { recursive: true });
  const started: Machine[] = [];
  const stop = async () => {
    for (const machine of started.splice(0).toReversed()) await machine.end();
  };
  const add = async <T extends Machine>(machine: T): Promise<T> => {
    started.push(machine);
    await machine.start();
    return machine;
  };
  try {
    const database = await add(await makeDatabase(options));
    const redis = await add(await makeRedis(options.folder));
    const secret = await secretOf(options.folder);
    const instances = [];
    for (const name of NAMES) {
      const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, MINITTER_SECRET: secret };
      instances.push(await add(await makeInstance(name, { ...env, ...options.env }, options)));
    }
    const front = await add(await makeHaproxy(instances, options));
    const takesBack = (instance: number) => untilUp(socketOf(options.folder), NAMES[instance]);
    return { url: front.url, database, redis, instances, takesBack, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A program that can be started and ended again and again. */
class Program implements Machine {
  readonly url: string;
  readonly #begin: () => Daemon;
  readonly #probe: () => Promise<unknown>;
  #daemon: Daemon | undefined;

  constructor(url: string, begin: () => Daemon, probe: () => Promise<unknown>) {
    this.url = url;
    this.#begin = begin;
    this.#probe = probe;
  }

  signal(signal: NodeJS.Signals): void {
    this.#daemon?.signal(signal);
  }

  async end(signal?: NodeJS.Signals): Promise<void> {
    // What is frozen hears nothing else.
    if (signal === undefined) this.signal('SIGCONT');
    await this.#daemon?.end(signal);
  }

  async start(): Promise<void> {
    this.#daemon = this.#begin();
    await this.#daemon.ready(this.#probe);
  }
}

async function makeDatabase({ folder, isForgetful }: ClusterOptions): Promise<Program> {
  const program = programPath('mariadbd', 'mariadb-server');
  const data = path.join(folder, 'mariadb');
  const socket = path.join(folder, 'mariadb.socket');
  if (!existsSync(data)) await installDatabase(data);
  const port = await quietPort();
  const args = [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${data}`,
    `--socket=${socket}`,
    `--pid-file=${folder}/mariadb.pid`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--innodb-buffer-pool-size=128M',
    // What is acknowledged is on disk.
    `--innodb-flush-log-at-trx-commit=${isForgetful ? 0 : 1}`,
  ];
  return new Program(
    `mysql://${ACCOUNT}:${PASSWORD}@127.0.0.1:${port}/minitter`,
    () => startDaemon(program, args, path.join(folder, 'mariadb.log')),
    () => makeAccount(socket),
  );
}

async function installDatabase(data: string): Promise<void> {
  await promisify(execFile)(programPath('mariadb-install-db', 'mariadb-server'), [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${data}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
}

async function makeAccount(socketPath: string): Promise<void> {
  const root = await mysql.createConnection({ socketPath, user: 'root' });
  try {
    await root.query('CREATE DATABASE IF NOT EXISTS minitter');
    await root.query(
      `CREATE USER IF NOT EXISTS ${ACCOUNT}@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`,
    );
    await root.query(`GRANT ALL ON minitter.* TO ${ACCOUNT}@'127.0.0.1'`);
  } finally {
    await root.end();
  }
}

async function makeRedis(folder: string): Promise<Program> {
  const program = programPath('redis-server', 'redis-server');
  const port = await quietPort();
  // Nothing in it is worth a disk; when it is full, what was not used lately goes.
  const limits = ['--save', '', '--maxmemory', '256mb', '--maxmemory-policy', 'allkeys-lru'];
  const args = ['--bind', '127.0.0.1', '--port', String(port), '--dir', folder, ...limits];
  const ping = promisify(execFile);
  return new Program(
    `redis://127.0.0.1:${port}`,
    () => startDaemon(program, args, path.join(folder, 'redis.log')),
    () => ping(programPath('redis-cli', 'redis-tools'), ['-p', String(port), 'ping']),
  );
}

/** The key that the servers sign tokens with; the same when the folder is used again. */
async function secretOf(folder: string): Promise<string> {
  const file = path.join(folder, 'secret');
  if (!existsSync(file)) {
    await writeFile(file, randomBytes(32).toString('base64url'), { mode: 0o600 });
  }
  return readFile(file, 'utf8');
}

async function makeInstance(
  name: string,
  env: Readonly<Record<string, string>>,
  { folder }: ClusterOptions,
): Promise<Program> {
  const port = await quietPort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = '', HOME = '' } = process.env;
  const settings = {
    PATH,
    HOME,
    PORT: String(port),
    // Pictures are on the one disk that both have.
    MINITTER_DATA_DIR: path.join(folder, 'data'),
    TRUSTED_PROXIES: '127.0.0.1',
    LOG_LEVEL: 'warn',
    ...env,
  };
  const args = [path.join(ROOT, 'api/src/main.ts'), 'serve'];
  return new Program(
    url,
    () => startDaemon(process.execPath, args, path.join(folder, `server-${name}.log`), settings),
    async () => {
      const { status } = await fetch(`${url}/ping`);
      if (status !== 200) throw new Error(`/ping answers ${status}`);
    },
  );
}

/** The load balancer, with the settings of infra/haproxy. */
async function makeHaproxy(
  instances: readonly { readonly url: string }[],
  { folder, port, isBlind }: ClusterOptions,
): Promise<Program> {
  const program = programPath('haproxy', 'haproxy');
  const listen = `127.0.0.1:${port ?? (await quietPort())}`;
  const [one, two] = instances.map(({ url }) => new URL(url).host) as [string, string];
  const config = (await readFile(HAPROXY_CONFIG, 'utf8'))
    .replace('global\n', `global\n    stats socket ${socketOf(folder)} mode 600\n`)
    .replace('presetenv LISTEN 127.0.0.1:8080', `presetenv LISTEN ${listen}`)
    .replace('presetenv SERVER_ONE 127.0.0.1:5001', `presetenv SERVER_ONE ${one}`)
    .replace('presetenv SERVER_TWO 127.0.0.1:5002', `presetenv SERVER_TWO ${two}`)
    .replace('default-server check', isBlind ? 'default-server no-check' : 'default-server check');
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(file, config);
  return new Program(
    `http://${listen}`,
    () => startDaemon(program, ['-db', '-f', file], path.join(folder, 'haproxy.log')),
    async () => {
      const { status } = await fetch(`http://${listen}/ping`);
      if (status !== 200) throw new Error(`/ping answers ${status}`);
    },
  );
}

const socketOf = (folder: string) => path.join(folder, 'haproxy.socket');

/** @throws {Error} when HAProxy does not take the server in half a minute */
async function untilUp(socket: string, name: string | undefined): Promise<void> {
  const deadline = Date.now() + TAKEN_BACK_MS;
  const isUp = new RegExp(`^minitter,${name},.*,UP,`, 'm');
  while (!isUp.test(await statsOf(socket))) {
    if (Date.now() > deadline) throw new Error(`HAProxy does not take server ${name} back`);
    await sleep(100);
  }
}

/** What HAProxy says of its servers, as CSV. */
async function statsOf(path: string): Promise<string> {
  const socket = connect({ path });
  socket.end('show stat\n');
  let answer = '';
  for await (const part of socket) answer += String(part);
  return answer;
}

/**
 * A free port below those that the system gives to outgoing connections: a server that is started
 * again finds it free again.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const server = createServer();
    server.listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
      server.close();
      await once(server, 'close');
      return port;
    } catch {
      // Somebody has it.
    }
  }
}
