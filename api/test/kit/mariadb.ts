/** A MariaDB server with throw-away data. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { type Daemon, freePort, programPath, startDaemon } from './process.ts';

export interface DatabaseServer {
  /** `mysql://user:password@127.0.0.1:port/`, for an account that may make databases. */
  readonly url: string;
  stop(): Promise<void>;
}

const PACKAGE = 'mariadb-server';
const USER = 'tester';
const PASSWORD = 'tests';

/** @throws {Error} that names the Debian package, when MariaDB is not installed */
export async function startMariadb(): Promise<DatabaseServer> {
  const program = programPath('mariadbd', PACKAGE);
  const folder = await mkdtemp(path.join(tmpdir(), 'minitter-mariadb-'));
  try {
    await install(folder);
    const port = await freePort();
    const daemon = startDaemon(program, serverArgs(folder, port), path.join(folder, 'log'));
    await makeAccount(folder, daemon);
    return {
      url: `mysql://${USER}:${PASSWORD}@127.0.0.1:${port}/`,
      stop: async () => {
        await daemon.end();
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** The data folder as the package's own script makes it. */
async function install(folder: string): Promise<void> {
  await promisify(execFile)(programPath('mariadb-install-db', PACKAGE), [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${folder}/data`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
}

function serverArgs(folder: string, port: number): string[] {
  return [
    '--no-defaults',
    `--user=${userInfo().username}`,
    `--datadir=${folder}/data`,
    `--socket=${folder}/socket`,
    `--pid-file=${folder}/pid`,
    '--bind-address=127.0.0.1',
    `--port=${port}`,
    '--skip-name-resolve',
    '--skip-log-bin',
    '--innodb-buffer-pool-size=128M',
    // Tests kill Minitter, not this server: nothing is lost, and each commit is spared an fsync.
    '--innodb-flush-log-at-trx-commit=0',
  ];
}

async function makeAccount(folder: string, daemon: Daemon): Promise<void> {
  await daemon.ready(async () => {
    const root = await mysql.createConnection({ socketPath: `${folder}/socket`, user: 'root' });
    await root.query(`CREATE USER ${USER}@'127.0.0.1' IDENTIFIED BY '${PASSWORD}'`);
    await root.query(`GRANT ALL ON *.* TO ${USER}@'127.0.0.1'`);
    await root.end();
  });
}
