/** OpenStack Swift with its S3 face: an object store that really checks signatures. Throw-away data. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Daemon, freePort, programPath, startDaemon } from './process.ts';

export interface ObjectStoreServer {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const REGION = 'ap-northeast-2';
const SECRET = 'testing';
/** The parts of Swift that keep data, each a server and a ring of its own. */
const STORAGE = ['account', 'container', 'object'] as const;

/** @throws {Error} that names the Debian package, when Swift is not installed */
export async function startSwift(): Promise<ObjectStoreServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'minitter-swift-'));
  const daemons: Daemon[] = [];
  const stop = async () => {
    await Promise.all(daemons.map((daemon) => daemon.end()));
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await writeFile(path.join(folder, 'swift.conf'), COMMON_CONFIG);
    await mkdir(path.join(folder, 'disks/d1'), { recursive: true });
    await Promise.all(
      STORAGE.map(async (part) => {
        const port = await freePort();
        await makeRing(folder, part, port);
        daemons.push(await startPart(folder, part, storageConfig(folder, part, port)));
      }),
    );
    const port = await freePort();
    const proxy = await startPart(folder, 'proxy', proxyConfig(folder, port));
    daemons.push(proxy);
    const endpoint = `http://127.0.0.1:${port}`;
    await proxy.ready(() => fetch(`${endpoint}/healthcheck`));
    return { endpoint, region: REGION, accessKeyId: 'test:tester', secretAccessKey: SECRET, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A ring with one device: 4 partitions, 1 replica, no waiting between changes. */
async function makeRing(folder: string, part: string, port: number): Promise<void> {
  const builder = path.join(folder, `${part}.builder`);
  const run = (...args: string[]) =>
    promisify(execFile)(programPath('swift-ring-builder', 'swift'), [builder, ...args]);
  await run('create', '2', '1', '0');
  await run('add', `r1z1-127.0.0.1:${port}/d1`, '1');
  await run('rebalance');
}

async function startPart(folder: string, part: string, config: string): Promise<Daemon> {
  const file = path.join(folder, `${part}-server.conf`);
  await writeFile(file, config);
  const program = programPath(`swift-${part}-server`, `swift-${part}`);
  return startDaemon(program, [file, '--verbose'], path.join(folder, `${part}.log`));
}

const COMMON_CONFIG = `
[swift-hash]
swift_hash_path_prefix = minitter
swift_hash_path_suffix = tests
[storage-policy:0]
name = only
default = yes
`;

/** No memcached, no syslog, one process, and nothing of /etc/swift. */
function defaults(folder: string, port: number): string {
  return `
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = ${port}
workers = 0
user = ${userInfo().username}
swift_dir = ${folder}
log_address = ${folder}/no-syslog
`;
}

function storageConfig(folder: string, part: string, port: number): string {
  return `${defaults(folder, port)}
devices = ${folder}/disks
mount_check = false
[pipeline:main]
pipeline = ${part}-server
[app:${part}-server]
use = egg:swift#${part}
`;
}

function proxyConfig(folder: string, port: number): string {
  return `${defaults(folder, port)}
[pipeline:main]
pipeline = catch_errors healthcheck cache s3api tempauth copy slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:healthcheck]
use = egg:swift#healthcheck
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:1
[filter:s3api]
use = egg:swift#s3api
location = ${REGION}
dns_compliant_bucket_names = true
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = ${SECRET} .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
`;
}
