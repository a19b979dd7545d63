import type { Selectable } from 'kysely';
import type { Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type IdempotencyKey = Selectable<Schema['idempotency_keys']>;

/** The table `idempotency_keys`: what was created for a key that a client sent. */
export class IdempotencyKeyDao {
  async find(tx: Tx, keyHash: string): Promise<IdempotencyKey | undefined> {
    return tx
      .selectFrom('idempotency_keys')
      .selectAll()
      .where('key_hash', '=', keyHash)
      .executeTakeFirst();
  }

  /** @throws {UniqueViolation} when another unit has just used the key */
  async insert(tx: Tx, key: IdempotencyKey): Promise<void> {
    await tx.insertInto('idempotency_keys').values(key).execute();
  }

  async deleteOlder(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('idempotency_keys').where('created_at', '<', before).execute();
  }
}
