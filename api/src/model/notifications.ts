import type { Selectable } from 'kysely';
import type { Store, Tx } from './database.ts';
import type { NotificationKind, Schema } from './schema.ts';

export type Notification = Selectable<Schema['notifications']>;
export type NewNotification = Omit<Notification, 'id'>;

/** Which notifications are wanted, newest first unless `fromBelow`. */
export interface NotificationPage {
  readonly below: number | undefined;
  readonly above: number | undefined;
  /** The ones just above `above`, not the newest. */
  readonly fromBelow: boolean;
  readonly limit: number;
  readonly kinds: readonly NotificationKind[];
  readonly fromUserId?: number | undefined;
}

/** The table `notifications`. */
export class NotificationDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @returns its id */
  async insert(tx: Tx, notification: NewNotification): Promise<number> {
    const { insertId } = await tx
      .insertInto('notifications')
      .values(notification)
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  /** Whether somebody has been told of the same thing already. */
  async exists(
    tx: Tx,
    { user_id, kind, from_user_id, tweet_id }: Omit<NewNotification, 'created_at' | 'group_key'>,
  ): Promise<boolean> {
    const row = await tx
      .selectFrom('notifications')
      .select('id')
      .where('user_id', '=', user_id)
      .where('kind', '=', kind)
      .where('from_user_id', '=', from_user_id)
      .where('tweet_id', tweet_id === null ? 'is' : '=', tweet_id)
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** A page of somebody's, newest first. */
  async page(userId: number, page: NotificationPage): Promise<Notification[]> {
    const { below, above, fromBelow, limit, kinds, fromUserId } = page;
    if (kinds.length === 0) return [];
    const rows = await this.#store.reader
      .selectFrom('notifications')
      .selectAll()
      .where('user_id', '=', userId)
      .where('kind', 'in', kinds)
      .$if(below !== undefined, (query) => query.where('id', '<', below as number))
      .$if(above !== undefined, (query) => query.where('id', '>', above as number))
      .$if(fromUserId !== undefined, (query) =>
        query.where('from_user_id', '=', fromUserId as number),
      )
      .orderBy('id', fromBelow ? 'asc' : 'desc')
      .limit(limit)
      .execute();
    return fromBelow ? rows.toReversed() : rows;
  }

  async find(userId: number, id: number): Promise<Notification | undefined> {
    return this.#store.reader
      .selectFrom('notifications')
      .selectAll()
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** How many there are above `above`, counted up to `most`. */
  async count(userId: number, above: number, most: number): Promise<number> {
    const rows = await this.#store.reader
      .selectFrom('notifications')
      .select('id')
      .where('user_id', '=', userId)
      .where('id', '>', above)
      .limit(most)
      .execute();
    return rows.length;
  }

  async delete(tx: Tx, userId: number, id: number): Promise<void> {
    await tx
      .deleteFrom('notifications')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .execute();
  }

  async deleteAllOf(tx: Tx, userId: number): Promise<void> {
    await tx.deleteFrom('notifications').where('user_id', '=', userId).execute();
  }

  /** Forgets whatever somebody was told of another. */
  async deleteFrom(tx: Tx, userId: number, fromUserId: number): Promise<void> {
    await tx
      .deleteFrom('notifications')
      .where('user_id', '=', userId)
      .where('from_user_id', '=', fromUserId)
      .execute();
  }

  /** Takes back what somebody was told of another, when that is undone. */
  async withdraw(
    tx: Tx,
    fromUserId: number,
    kind: NotificationKind,
    { tweetId, userId }: { readonly tweetId?: number; readonly userId?: number },
  ): Promise<void> {
    await tx
      .deleteFrom('notifications')
      .where('from_user_id', '=', fromUserId)
      .where('kind', '=', kind)
      .$if(tweetId !== undefined, (query) => query.where('tweet_id', '=', tweetId as number))
      .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as number))
      .execute();
  }

  /** Forgets those from before `before`, in epoch milliseconds. */
  async deleteOlder(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('notifications').where('created_at', '<', before).execute();
  }
}
