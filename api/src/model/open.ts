import type { DatabaseConfig } from '../config.ts';
import type { Store } from './database.ts';
import type { StoreTimes } from './load.ts';

/**
 * Opens the configured database. Only the engine in use is loaded.
 *
 * @param lock whether to keep other servers from an SQLite file
 * @param times is told how long reads and writes take
 * @throws {Error} with a readable sentence when it cannot be opened
 */
export async function openStore(
  config: DatabaseConfig,
  { lock, times }: { lock: boolean; times?: StoreTimes | undefined },
): Promise<Store> {
  if (config.engine === 'mysql') {
    const { openMysql } = await import('./mysql/store.ts');
    return openMysql({ ...config, times });
  }
  const { openSqlite } = await import('./sqlite/store.ts');
  return openSqlite({ ...config, lock, times });
}
