import type { DatabaseConfig } from '../config.ts';
import type { Store } from './database.ts';

/**
 * Opens the configured database. Only the engine in use is loaded.
 *
 * @param lock whether to keep other servers from an SQLite file
 * @throws {Error} with a readable sentence when it cannot be opened
 */
export async function openStore(
  config: DatabaseConfig,
  { lock }: { lock: boolean },
): Promise<Store> {
  if (config.engine === 'mysql') {
    const { openMysql } = await import('./mysql/store.ts');
    return openMysql(config);
  }
  const { openSqlite } = await import('./sqlite/store.ts');
  return openSqlite({ ...config, lock });
}
