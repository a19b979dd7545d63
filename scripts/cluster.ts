/**
 * `npm run cluster`: MariaDB, Redis, two servers and HAProxy on this machine, until Ctrl-C.
 *
 * `npm run cluster -- --folder DIR` keeps the data in a folder; without it everything is deleted at
 * the end. `--port N` is where HAProxy listens.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startCluster } from './cluster/machines.ts';

const { values } = parseArgs({
  options: { folder: { type: 'string' }, port: { type: 'string', default: '8080' } },
});

const folder = values.folder
  ? path.resolve(values.folder)
  : await mkdtemp(path.join(tmpdir(), 'minitter-cluster-'));
if (!values.folder) process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const stopped = new Promise((resolve) => {
  process.once('SIGINT', resolve);
  process.once('SIGTERM', resolve);
});
console.log('Starting MariaDB, Redis, two servers and HAProxy …');
const cluster = await startCluster({ folder, port: Number(values.port) });
const rows = [
  ['Minitter', `${cluster.url} (HAProxy)`],
  ...cluster.instances.map(({ url }, i) => [`server ${i + 1}`, url]),
  ['MariaDB', cluster.database.url],
  ['Redis', cluster.redis.url],
  ['folder', folder],
];
for (const [name = '', value] of rows) console.log(`${name.padEnd(10)} ${value}`);
console.log('Ctrl-C stops everything.');
await stopped;
console.log('Stopping …');
await cluster.stop();
