/** The process that takes a scheduled backup; started by adapter/backup-folder.ts. */
import { once } from 'node:events';
import type { Config } from '../config.ts';
import { backupCommand } from './backup.ts';

// The server that wanted it has died, however it did: nobody would renew the lease.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
const [{ config, file }] = (await once(process, 'message')) as [{ config: Config; file: string }];
try {
  await backupCommand(config, file, { json: true });
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
} finally {
  process.removeAllListeners('disconnect');
  if (process.connected) process.disconnect();
}
