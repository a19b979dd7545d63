import type { Insertable, Selectable, SelectQueryBuilder } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type Media = Selectable<Schema['media']>;
export type NewMedia = Omit<Insertable<Schema['media']>, 'id' | 'tweet_id' | 'position'>;
/** What its owner may change. */
export type MediaPatch = Partial<Pick<Media, 'description' | 'focus'>>;

type MediaQuery = SelectQueryBuilder<Schema, 'media', Media>;

/** The table `media`: pictures that are in tweets, or will be. */
export class MediaDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @returns its id */
  async insert(tx: Tx, media: NewMedia): Promise<number> {
    const { insertId } = await tx
      .insertInto('media')
      .values({ ...media, position: 0 })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  async find(id: number): Promise<Media | undefined> {
    return this.#store.reader
      .selectFrom('media')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** One, locked until the unit ends. */
  async lock(tx: Tx, id: number): Promise<Media | undefined> {
    const [media] = await this.#lock(tx, 1, (query) => query.where('id', '=', id));
    return media;
  }

  /** Up to `limit` that no tweet has and whose time is up, locked until the unit ends. */
  async lockExpired(tx: Tx, now: number, limit: number): Promise<Media[]> {
    return this.#lock(tx, limit, (query) =>
      query.where('tweet_id', 'is', null).where('expires_at', '<=', now).orderBy('expires_at'),
    );
  }

  /** Up to `limit` of a user's, locked until the unit ends. */
  async lockSomeOf(tx: Tx, userId: number, limit: number): Promise<Media[]> {
    return this.#lock(tx, limit, (query) => query.where('user_id', '=', userId));
  }

  async #lock(tx: Tx, limit: number, which: (query: MediaQuery) => MediaQuery): Promise<Media[]> {
    const query = which(tx.selectFrom('media').selectAll()).limit(limit);
    return this.#store.dialect.forUpdate(query).execute();
  }

  /** How many of a user's no tweet has. */
  async countWaiting(tx: Tx, userId: number): Promise<number> {
    const { media } = await tx
      .selectFrom('media')
      .select((eb) => eb.fn.countAll<number>().as('media'))
      .where('user_id', '=', userId)
      .where('tweet_id', 'is', null)
      .executeTakeFirstOrThrow();
    return media;
  }

  async update(tx: Tx, id: number, patch: MediaPatch): Promise<void> {
    await tx.updateTable('media').set(patch).where('id', '=', id).execute();
  }

  /** Deletes rows; their files are the caller's affair. */
  async delete(tx: Tx, ids: readonly number[]): Promise<void> {
    if (ids.length > 0) await tx.deleteFrom('media').where('id', 'in', ids).execute();
  }

  /** The media of these tweets, by tweet, in their order. */
  async ofTweets(
    ids: readonly number[],
    db: Reader = this.#store.reader,
  ): Promise<Map<number, Media[]>> {
    const found = new Map<number, Media[]>(ids.map((id) => [id, []]));
    if (ids.length === 0) return found;
    const rows = await db
      .selectFrom('media')
      .selectAll()
      .where('tweet_id', 'in', ids)
      .orderBy('position')
      .orderBy('id')
      .execute();
    for (const row of rows) if (row.tweet_id !== null) found.get(row.tweet_id)?.push(row);
    return found;
  }

  /**
   * Gives media to a tweet, in this order: those of the user's that no other tweet has.
   *
   * @returns how many those were
   */
  async attach(
    tx: Tx,
    userId: number,
    mediaIds: readonly number[],
    tweetId: number,
  ): Promise<number> {
    let attached = 0;
    for (const [position, id] of mediaIds.entries()) {
      const { numUpdatedRows } = await tx
        .updateTable('media')
        .set({ tweet_id: tweetId, position })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where((eb) => eb.or([eb('tweet_id', 'is', null), eb('tweet_id', '=', tweetId)]))
        .executeTakeFirstOrThrow();
      attached += Number(numUpdatedRows);
    }
    return attached;
  }

  /** Takes those that are not in `kept` from a tweet; they go at `expiresAt`. */
  async detachOthers(
    tx: Tx,
    tweetId: number,
    kept: readonly number[],
    expiresAt: number,
  ): Promise<void> {
    await tx
      .updateTable('media')
      .set({ tweet_id: null, expires_at: expiresAt })
      .where('tweet_id', '=', tweetId)
      .$if(kept.length > 0, (query) => query.where('id', 'not in', kept))
      .execute();
  }
}
