import type { Insertable, Selectable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema } from './schema.ts';

export type Media = Selectable<Schema['media']>;
export type NewMedia = Omit<Insertable<Schema['media']>, 'id' | 'tweet_id' | 'position'>;
/** What its owner may change. */
export type MediaPatch = Partial<Pick<Media, 'description' | 'focus'>>;

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

  /** Changes one of a user's. @returns whether there was one */
  async update(tx: Tx, userId: number, id: number, patch: MediaPatch): Promise<boolean> {
    const { numUpdatedRows } = await tx
      .updateTable('media')
      .set(patch)
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
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

  /** Takes those that are not in `kept` from a tweet. */
  async detachOthers(tx: Tx, tweetId: number, kept: readonly number[]): Promise<void> {
    await tx
      .updateTable('media')
      .set({ tweet_id: null })
      .where('tweet_id', '=', tweetId)
      .$if(kept.length > 0, (query) => query.where('id', 'not in', kept))
      .execute();
  }
}
