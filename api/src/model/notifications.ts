import type { Selectable } from 'kysely';
import type { Tx } from './database.ts';
import type { NotificationKind, Schema } from './schema.ts';

export type Notification = Selectable<Schema['notifications']>;
export type NewNotification = Omit<Notification, 'id'>;

/** The table `notifications`, as it is written. How it is read: {@link NotificationPageDao}. */
export class NotificationDao {
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

  /** @returns whether there was one */
  async delete(tx: Tx, userId: number, id: number): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('notifications')
      .where('user_id', '=', userId)
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  /** Deletes those that are shown as one. @returns whether there were any */
  async deleteGroup(tx: Tx, userId: number, groupKey: string): Promise<boolean> {
    const { numDeletedRows } = await tx
      .deleteFrom('notifications')
      .where('user_id', '=', userId)
      .where('group_key', '=', groupKey)
      .executeTakeFirstOrThrow();
    return numDeletedRows > 0n;
  }

  async deleteAllOf(tx: Tx, userId: number): Promise<void> {
    await tx.deleteFrom('notifications').where('user_id', '=', userId).execute();
  }

  /** Takes back what somebody was told of another, when that is undone. */
  async withdraw(
    tx: Tx,
    fromUserId: number,
    kind: NotificationKind,
    { userId, tweetId }: { readonly userId: number; readonly tweetId?: number },
  ): Promise<void> {
    await tx
      .deleteFrom('notifications')
      .where('from_user_id', '=', fromUserId)
      .where('user_id', '=', userId)
      .where('kind', '=', kind)
      .$if(tweetId !== undefined, (query) => query.where('tweet_id', '=', tweetId as number))
      .execute();
  }

  /** Forgets those from before `before`, in epoch milliseconds. */
  async deleteOlder(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('notifications').where('created_at', '<', before).execute();
  }
}
