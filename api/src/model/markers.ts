import type { Selectable } from 'kysely';
import type { Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type Marker = Selectable<Schema['markers']>;
export type MarkedTimeline = Marker['timeline'];

/** The table `markers`: how far somebody has read. */
export class MarkerDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async ofUser(userId: number, timelines: readonly MarkedTimeline[]): Promise<Marker[]> {
    if (timelines.length === 0) return [];
    return this.#store.reader
      .selectFrom('markers')
      .selectAll()
      .where('user_id', '=', userId)
      .where('timeline', 'in', timelines)
      .execute();
  }

  /** Sets one, whose version goes up. @returns what it is now */
  async set(
    tx: Tx,
    { user_id, timeline, last_read_id }: Pick<Marker, 'user_id' | 'timeline' | 'last_read_id'>,
    now: number,
  ): Promise<Marker> {
    const { numUpdatedRows } = await tx
      .updateTable('markers')
      .set((row) => ({ last_read_id, updated_at: now, version: row('version', '+', 1) }))
      .where('user_id', '=', user_id)
      .where('timeline', '=', timeline)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) {
      const marker = { user_id, timeline, last_read_id, version: 1, updated_at: now };
      await tx.insertInto('markers').values(marker).execute();
      return marker;
    }
    return tx
      .selectFrom('markers')
      .selectAll()
      .where('user_id', '=', user_id)
      .where('timeline', '=', timeline)
      .executeTakeFirstOrThrow();
  }
}
