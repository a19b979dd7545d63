import type { Selectable } from 'kysely';
import { type Reader, type Store, type Tx, UniqueViolation } from './database.ts';
import type { RepliesPolicy, Schema } from './schema.ts';

export type List = Selectable<Schema['lists']>;
/** What its owner decides. */
export type ListFields = Pick<List, 'title' | 'replies_policy' | 'is_exclusive'>;
export type { RepliesPolicy };

/** Which of a list's members are wanted, by their ids. */
export interface MemberPage {
  readonly below: number | undefined;
  readonly above: number | undefined;
  readonly fromBelow: boolean;
  readonly limit: number;
}

/**
 * The tables `lists` and `list_members`: people whose tweets somebody reads apart. A member counts
 * as long as the list's owner follows him.
 */
export class ListDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** In the order in which they were made. */
  async ofUser(userId: number, db: Reader = this.#store.reader): Promise<List[]> {
    return db.selectFrom('lists').selectAll().where('user_id', '=', userId).orderBy('id').execute();
  }

  /** One of a user's. */
  async find(
    userId: number,
    id: number,
    db: Reader = this.#store.reader,
  ): Promise<List | undefined> {
    return db
      .selectFrom('lists')
      .selectAll()
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst();
  }

  /** A user's lists that somebody is on. */
  async withMember(userId: number, memberId: number): Promise<List[]> {
    return this.#store.reader
      .selectFrom('lists')
      .innerJoin('list_members', 'list_members.list_id', 'lists.id')
      .selectAll('lists')
      .where('lists.user_id', '=', userId)
      .where('list_members.user_id', '=', memberId)
      .orderBy('lists.id')
      .execute();
  }

  /** @returns its id */
  async insert(tx: Tx, userId: number, list: ListFields, now: number): Promise<number> {
    const { insertId } = await tx
      .insertInto('lists')
      .values({ ...list, user_id: userId, created_at: now })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  async update(tx: Tx, id: number, fields: Partial<ListFields>): Promise<void> {
    if (Object.keys(fields).length === 0) return;
    await tx.updateTable('lists').set(fields).where('id', '=', id).execute();
  }

  async delete(tx: Tx, id: number): Promise<void> {
    await tx.deleteFrom('lists').where('id', '=', id).execute();
  }

  /**
   * Twice is once.
   *
   * @throws {ForeignKeyViolation} when the list or the user is gone
   */
  async addMember(tx: Tx, listId: number, userId: number, now: number): Promise<void> {
    try {
      await tx
        .insertInto('list_members')
        .values({ list_id: listId, user_id: userId, created_at: now })
        .execute();
    } catch (error) {
      if (!(error instanceof UniqueViolation)) throw error;
    }
  }

  async removeMembers(tx: Tx, listId: number, userIds: readonly number[]): Promise<void> {
    if (userIds.length === 0) return;
    await tx
      .deleteFrom('list_members')
      .where('list_id', '=', listId)
      .where('user_id', 'in', userIds)
      .execute();
  }

  async countMembers(tx: Tx, listId: number): Promise<number> {
    const row = await tx
      .selectFrom('list_members')
      .select((eb) => eb.fn.countAll<number>().as('n'))
      .where('list_id', '=', listId)
      .executeTakeFirstOrThrow();
    return row.n;
  }

  /** Those of these people whom a user follows. */
  async followedAmong(tx: Tx, userId: number, userIds: readonly number[]): Promise<Set<number>> {
    if (userIds.length === 0) return new Set();
    const rows = await tx
      .selectFrom('users_follow_list')
      .select('follow_user_id')
      .where('user_id', '=', userId)
      .where('follow_user_id', 'in', userIds)
      .execute();
    return new Set(rows.map(({ follow_user_id }) => follow_user_id));
  }

  /** The ids of a list's members whom its owner follows, the largest first. */
  async membersOf({ id, user_id }: Pick<List, 'id' | 'user_id'>, page?: MemberPage) {
    const { below, above, fromBelow = false, limit } = page ?? {};
    const rows = await this.#store.reader
      .selectFrom('list_members as member')
      .innerJoin('users_follow_list as follow', 'follow.follow_user_id', 'member.user_id')
      .select('member.user_id as id')
      .where('member.list_id', '=', id)
      .where('follow.user_id', '=', user_id)
      .$if(below !== undefined, (query) => query.where('member.user_id', '<', below as number))
      .$if(above !== undefined, (query) => query.where('member.user_id', '>', above as number))
      .orderBy('member.user_id', fromBelow ? 'asc' : 'desc')
      .$if(limit !== undefined, (query) => query.limit(limit as number))
      .execute();
    const ids = rows.map((row) => row.id);
    return fromBelow ? ids.toReversed() : ids;
  }
}
