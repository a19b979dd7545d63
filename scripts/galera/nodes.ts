/** Three nodes of MariaDB Galera and a HAProxy, on 127.0.0.1. */
import { execFile } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type Daemon, freePort, programPath, startDaemon } from '../../api/test/kit/process.ts';

const SETTINGS = path.join(import.meta.dirname, '../../infra/galera/minitter.cnf');
const PROVIDER = '/usr/lib/galera/libgalera_smm.so';
const NODES = 3;
/** Copies are made by rsync, which gives up root's rights by itself: nodes must not have them either. */
const USER = process.getuid?.() === 0 ? 'mysql' : userInfo().username;
const run = promisify(execFile);
const ACCOUNT = { user: 'minitter', password: 'on-this-machine-only' };
const DATABASE = 'minitter';

export interface Node {
  readonly name: string;
  /** `mysql://…` of this node alone. */
  readonly url: string;
  /** As if the machine had lost its power, but for what its disk had not written yet. */
  kill(): Promise<void>;
  /** Starts it again; fulfilled when it has what the others have. */
  rejoin(): Promise<void>;
}

export interface Galera {
  readonly nodes: readonly Node[];
  /** `mysql://…` of HAProxy: one node for all, another when that is gone. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The ports of one node: for clients, for the group, for the copies it gets. */
interface Ports {
  readonly sql: number;
  readonly group: number;
  readonly incremental: number;
  readonly copy: number;
}

/**
 * Starts everything, below `folder`.
 *
 * @throws {Error} that names what is not installed, or with the end of a log
 */
export async function startGalera(folder: string): Promise<Galera> {
  // Everybody may pass through; what is below belongs to its node.
  await chmod(folder, 0o711);
  const ports: Ports[] = [];
  for (let i = 0; i < NODES; i += 1) {
    const [sql, group, incremental, copy] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    ports.push({ sql, group, incremental, copy });
  }
  const nodes: RunningNode[] = [];
  for (const [i, own] of ports.entries()) {
    const node = new RunningNode(path.join(folder, `node${i + 1}`), `node${i + 1}`, own, ports);
    await node.install();
    await node.start(i === 0);
    if (i === 0) await node.makeAccount();
    nodes.push(node);
  }
  const front = await startHaproxy(folder, ports);
  return {
    nodes,
    url: urlOf(front.port),
    stop: async () => {
      await front.daemon.end();
      await Promise.all(nodes.map((node) => node.end()));
    },
  };
}

const urlOf = (port: number) =>
  `mysql://${ACCOUNT.user}:${ACCOUNT.password}@127.0.0.1:${port}/${DATABASE}`;

class RunningNode implements Node {
  readonly name: string;
  readonly url: string;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #all: readonly Ports[];
  #daemon: Daemon | undefined;

  constructor(folder: string, name: string, ports: Ports, all: readonly Ports[]) {
    this.name = name;
    this.url = urlOf(ports.sql);
    this.#folder = folder;
    this.#ports = ports;
    this.#all = all;
  }

  async install(): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    if (USER !== userInfo().username) await run('chown', [USER, this.#folder]);
    await run(programPath('mariadb-install-db', 'mariadb-server'), [
      '--no-defaults',
      `--user=${USER}`,
      `--datadir=${this.#folder}/data`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
    ]);
  }

  /** @param isFirst whether it begins a new cluster instead of joining one */
  async start(isFirst: boolean): Promise<void> {
    const program = programPath('mariadbd', 'mariadb-server');
    const args = [...this.#args(), ...(isFirst ? ['--wsrep-new-cluster'] : [])];
    this.#daemon = startDaemon(program, args, path.join(this.#folder, 'log'));
    await this.#daemon.ready(() => this.#synced());
  }

  async makeAccount(): Promise<void> {
    const root = await this.#asRoot();
    await root.query(`CREATE DATABASE ${DATABASE}`);
    await root.query(`CREATE USER ${ACCOUNT.user}@'127.0.0.1' IDENTIFIED BY '${ACCOUNT.password}'`);
    await root.query(`GRANT ALL ON ${DATABASE}.* TO ${ACCOUNT.user}@'127.0.0.1'`);
    await root.end();
  }

  async kill(): Promise<void> {
    await this.#daemon?.end('SIGKILL');
  }

  async rejoin(): Promise<void> {
    await this.start(false);
  }

  async end(): Promise<void> {
    await this.#daemon?.end();
  }

  #args(): string[] {
    const { sql, group, incremental, copy } = this.#ports;
    const members = this.#all.map((one) => `127.0.0.1:${one.group}`).join();
    return [
      `--defaults-file=${SETTINGS}`,
      `--user=${USER}`,
      `--datadir=${this.#folder}/data`,
      `--socket=${this.#folder}/socket`,
      `--pid-file=${this.#folder}/pid`,
      '--bind-address=127.0.0.1',
      `--port=${sql}`,
      '--skip-name-resolve',
      '--innodb-buffer-pool-size=64M',
      `--wsrep-provider=${PROVIDER}`,
      `--wsrep-node-name=${this.name}`,
      '--wsrep-node-address=127.0.0.1',
      `--wsrep-cluster-address=gcomm://${members}`,
      `--wsrep-sst-receive-address=127.0.0.1:${copy}`,
      `--wsrep-provider-options=gmcast.listen_addr=tcp://127.0.0.1:${group};` +
        `ist.recv_addr=127.0.0.1:${incremental};gcache.size=64M`,
    ];
  }

  /** @throws {Error} until the node has what the cluster has */
  async #synced(): Promise<void> {
    const root = await this.#asRoot();
    try {
      const [rows] = await root.query<RowDataPacket[]>(
        "SHOW STATUS LIKE 'wsrep_local_state_comment'",
      );
      const state = String(rows[0]?.['Value']);
      if (state !== 'Synced') throw new Error(`${this.name} is ${state}`);
    } finally {
      await root.end();
    }
  }

  #asRoot() {
    return mysql.createConnection({ socketPath: `${this.#folder}/socket`, user: 'root' });
  }
}

/** All to the first node that is there; what it was doing for others is cut off when it goes. */
async function startHaproxy(
  folder: string,
  ports: readonly Ports[],
): Promise<{ port: number; daemon: Daemon }> {
  const port = await freePort();
  const servers = ports.map(
    ({ sql }, i) =>
      `  server node${i + 1} 127.0.0.1:${sql} check inter 500ms fall 2 rise 2 ` +
      `on-marked-down shutdown-sessions${i === 0 ? '' : ' backup'}`,
  );
  const file = path.join(folder, 'haproxy.cfg');
  await writeFile(
    file,
    [
      'defaults',
      '  mode tcp',
      '  timeout connect 2s',
      '  timeout client 1h',
      '  timeout server 1h',
      'listen mysql',
      `  bind 127.0.0.1:${port}`,
      ...servers,
      '',
    ].join('\n'),
  );
  const daemon = startDaemon(
    programPath('haproxy', 'haproxy'),
    ['-db', '-f', file],
    path.join(folder, 'haproxy.log'),
  );
  await daemon.ready(async () => {
    const connection = await mysql.createConnection(urlOf(port));
    await connection.end();
  });
  return { port, daemon };
}
