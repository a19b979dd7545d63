import type { Insertable } from 'kysely';
import type { Reader, Store, Tx } from './database.ts';
import type { Schema, UserRole, UserRow, UserState } from './schema.ts';
import type { TimelineJournal } from './timeline-journal.ts';

export type User = UserRow;

/** What a new user is made of; the id comes from the database. */
export type NewUser = Omit<Insertable<Schema['users']>, 'id' | 'updated_at'>;

type UserPatch = Partial<
  Pick<
    User,
    | 'email'
    | 'email_key'
    | 'hashed_password'
    | 'profile_picture'
    | 'header_picture'
    | 'state'
    | 'role'
    | 'username'
    | 'username_key'
    | 'email_confirmed_at'
    | 'name'
    | 'profile'
    | 'fields'
    | 'is_locked'
    | 'is_bot'
    | 'is_discoverable'
    | 'hides_follows'
    | 'default_visibility'
    | 'default_sensitive'
    | 'default_language'
  >
>;

/** What a tweet is unless its author says otherwise. */
export type UsualTweet = Pick<
  User,
  'default_visibility' | 'default_sensitive' | 'default_language'
>;

/** Which users are wanted; without a field, of any. */
export type UserFilter = Partial<Pick<User, 'state' | 'role'>>;

/** The table `users`. */
export class UserDao {
  readonly #store: Store;
  readonly #journal: TimelineJournal | undefined;

  /** @param journal where servers share timelines outside the database */
  constructor(store: Store, journal?: TimelineJournal) {
    this.#store = store;
    this.#journal = journal;
  }

  async findById(id: number, db: Reader = this.#store.reader): Promise<User | undefined> {
    return db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
  }

  /**
   * How a user's tweets usually are; undefined when there is no such user. Asked for with every tweet
   * that leaves it open, so it is one short row.
   */
  async usualOf(id: number): Promise<UsualTweet | undefined> {
    const [row] = await this.#store.readRows({
      sql: `SELECT default_visibility, default_sensitive, default_language FROM users WHERE id = ?`,
      parameters: [id],
    });
    if (!row) return undefined;
    const [default_visibility, default_sensitive, default_language] = row as [
      UsualTweet['default_visibility'],
      number,
      string | null,
    ];
    return { default_visibility, default_sensitive, default_language };
  }

  /** Those users who exist, in no order. */
  async findMany(ids: readonly number[]): Promise<User[]> {
    if (ids.length === 0) return [];
    return this.#store.reader.selectFrom('users').selectAll().where('id', 'in', ids).execute();
  }

  async findByEmailKey(
    emailKey: string,
    db: Reader = this.#store.reader,
  ): Promise<User | undefined> {
    return db.selectFrom('users').selectAll().where('email_key', '=', emailKey).executeTakeFirst();
  }

  async findByUsernameKey(usernameKey: string): Promise<User | undefined> {
    return this.#store.reader
      .selectFrom('users')
      .selectAll()
      .where('username_key', '=', usernameKey)
      .executeTakeFirst();
  }

  /** Users in id order, 100 at a time, from the one after `afterId`. */
  async list(afterId: number, { state, role }: UserFilter = {}): Promise<User[]> {
    return this.#store.reader
      .selectFrom('users')
      .selectAll()
      .where('id', '>', afterId)
      .$if(state !== undefined, (query) => query.where('state', '=', state as UserState))
      .$if(role !== undefined, (query) => query.where('role', '=', role as UserRole))
      .orderBy('id')
      .limit(100)
      .execute();
  }

  /** The ones of `usernameKeys` that somebody has. */
  async takenUsernameKeys(tx: Tx, usernameKeys: readonly string[]): Promise<Set<string>> {
    if (usernameKeys.length === 0) return new Set();
    const rows = await tx
      .selectFrom('users')
      .select('username_key')
      .where('username_key', 'in', usernameKeys)
      .execute();
    return new Set(rows.map((row) => row.username_key));
  }

  /**
   * @returns the new user's id
   * @throws {UniqueViolation} `users_email_key` or `users_username_key`
   */
  async insert(tx: Tx, user: NewUser): Promise<number> {
    const { insertId } = await tx
      .insertInto('users')
      .values({ ...user, updated_at: user.created_at })
      .executeTakeFirstOrThrow();
    return Number(insertId);
  }

  /**
   * Changes columns of one user, and `updated_at` with them.
   *
   * @returns whether there is such a user
   */
  async update(tx: Tx, id: number, patch: UserPatch, now: number): Promise<boolean> {
    if (patch.state !== undefined) await this.#journal?.userChanged(tx, id);
    const { numUpdatedRows } = await tx
      .updateTable('users')
      .set({ ...patch, updated_at: now })
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  /** The user, locked until the unit ends. */
  async lock(tx: Tx, id: number): Promise<User | undefined> {
    const query = tx.selectFrom('users').selectAll().where('id', '=', id);
    return this.#store.dialect.forUpdate(query).executeTakeFirst();
  }

  /** Deletes a user and all that refers to him. @returns whether there was one */
  async delete(tx: Tx, id: number): Promise<boolean> {
    await this.#journal?.userChanged(tx, id);
    const { numDeletedRows } = await tx
      .deleteFrom('users')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }

  /** How many there are. It reads the smallest index from end to end. */
  async count(): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('users')
      .select((eb) => eb.fn.countAll<number>().as('users'))
      .executeTakeFirstOrThrow();
    return row.users;
  }

  /** How many signed up from `from` until just before `to`. It reads all users. */
  async countNew(from: number, to: number): Promise<number> {
    const row = await this.#store.reader
      .selectFrom('users')
      .select((eb) => eb.fn.countAll<number>().as('users'))
      .where('created_at', '>=', from)
      .where('created_at', '<', to)
      .executeTakeFirstOrThrow();
    return row.users;
  }
}
