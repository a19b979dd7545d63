/**
 * `npm run galera`: three MariaDB nodes on this machine, with the settings of `infra/galera`, and
 * HAProxy before them, which sends everything to one node and to the next when that is gone.
 * `npm run galera -- drill` kills the node that takes the writes, in the middle of them, and counts.
 */
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drill } from './galera/drill.ts';
import { startGalera } from './galera/nodes.ts';

const HELP = `npm run galera            start three nodes and wait for Ctrl-C
npm run galera -- drill   kill the node that is written to, and count what is lost`;

const [command = 'up'] = process.argv.slice(2);
if (command === 'up' || command === 'drill') await main();
else {
  console.log(HELP);
  process.exitCode = command === '--help' ? 0 : 1;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'minitter-galera-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  console.log('Starting three nodes; each copies the first. This takes a minute at most.');
  const galera = await startGalera(folder);
  try {
    if (command === 'drill')
      process.exitCode = (await drill(galera, path.join(folder, 'server'))) ? 0 : 1;
    else {
      console.log(`DATABASE_URL=${galera.url}\nCtrl-C stops the nodes and deletes their data.`);
      await new Promise((resolve) => {
        process.once('SIGINT', resolve);
        process.once('SIGTERM', resolve);
      });
    }
  } finally {
    await galera.stop();
  }
}
