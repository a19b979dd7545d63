import type { ExpressionBuilder } from 'kysely';
import type { Store, Tx } from './database.ts';
import { OBJECTS_KEPT } from './leases.ts';
import type { Schema } from './schema.ts';

/** The lease of a backup that is being read, if there is one. */
const keptUntil = (eb: ExpressionBuilder<Schema, 'doomed_objects'>, now: number) =>
  eb
    .selectFrom('leases')
    .select('name')
    .where('name', '=', OBJECTS_KEPT)
    .where('expires_at', '>', now);

/**
 * The table `doomed_objects`: stored files that nothing shall refer to. A file is doomed before it
 * is uploaded and spared in the transaction that puts it to use, so neither a failed upload nor a
 * crash leaves one behind.
 */
export class DoomedObjectDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Has `object` (`<store>:<key>`) deleted at `notBefore` or later. */
  async doom(tx: Tx, object: string, notBefore: number): Promise<void> {
    await this.spare(tx, object);
    await tx.insertInto('doomed_objects').values({ object, not_before: notBefore }).execute();
  }

  /** Has a doomed object deleted at `notBefore` instead; nothing happens when it is not doomed. */
  async reschedule(tx: Tx, object: string, notBefore: number): Promise<void> {
    await tx
      .updateTable('doomed_objects')
      .set({ not_before: notBefore })
      .where('object', '=', object)
      .execute();
  }

  /** @returns whether it was doomed, and so still there to be spared */
  async spare(tx: Tx, object: string): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('doomed_objects')
      .where('object', '=', object)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  /**
   * Up to 100 objects whose time has come; none while a backup is read, whose rows may refer to them.
   * In one query: what it finds was doomed before that backup's moment.
   */
  async due(now: number): Promise<string[]> {
    const rows = await this.#store.reader
      .selectFrom('doomed_objects')
      .select('object')
      .where('not_before', '<=', now)
      .where((eb) => eb.not(eb.exists(keptUntil(eb, now))))
      .orderBy('not_before')
      .limit(100)
      .execute();
    return rows.map((row) => row.object);
  }
}
