import type { Store, Tx } from './database.ts';
import type { SessionRow, UserState } from './schema.ts';

export type Session = SessionRow;

/** A session together with what its user may do. */
export type SessionWithUser = Session & { readonly user_state: UserState };

/** A session that goes on, and the app that came with it; null for the classic log-in. */
export type SessionWithApp = Omit<Session, 'revoked_at'> & {
  readonly app_name: string | null;
  readonly app_website: string | null;
};

/** Sessions asked for in one statement. */
const CHUNK = 500;

/** The table `sessions`: one row per token that was given out. */
export class SessionDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async insert(tx: Tx, session: Session): Promise<void> {
    await tx.insertInto('sessions').values(session).execute();
  }

  async find(jti: string): Promise<SessionWithUser | undefined> {
    return this.#store.reader
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .selectAll('sessions')
      .select('users.state as user_state')
      .where('jti', '=', jti)
      .executeTakeFirst();
  }

  /** The sessions of a user that go on, the one last used first. */
  async liveOf(userId: number, now: number, limit: number): Promise<SessionWithApp[]> {
    return this.#store.reader
      .selectFrom('sessions as s')
      .leftJoin('apps as a', 'a.id', 's.app_id')
      .select(['s.jti', 's.user_id', 's.app_id', 's.scopes', 's.created_at', 's.last_used_at'])
      .select(['s.expires_at', 'a.name as app_name', 'a.website as app_website'])
      .where('s.user_id', '=', userId)
      .where('s.revoked_at', 'is', null)
      .where('s.expires_at', '>', now)
      .orderBy('s.last_used_at', 'desc')
      .orderBy('s.created_at', 'desc')
      .orderBy('s.jti')
      .limit(limit)
      .execute();
  }

  /** Those of these sessions that go on, of people in good standing. */
  async liveAmong(jtis: readonly string[], now: number): Promise<Set<string>> {
    const live = new Set<string>();
    for (let at = 0; at < jtis.length; at += CHUNK) {
      const rows = await this.#store.reader
        .selectFrom('sessions')
        .innerJoin('users', 'users.id', 'sessions.user_id')
        .select('jti')
        .where('jti', 'in', jtis.slice(at, at + CHUNK))
        .where('revoked_at', 'is', null)
        .where('expires_at', '>', now)
        .where('users.state', '=', 'active')
        .execute();
      for (const { jti } of rows) live.add(jti);
    }
    return live;
  }

  /** @param expiresAt when it ends by itself, if that changes with its use */
  async touch(tx: Tx, jti: string, now: number, expiresAt?: number): Promise<void> {
    await tx
      .updateTable('sessions')
      .set({ last_used_at: now, ...(expiresAt !== undefined && { expires_at: expiresAt }) })
      .where('jti', '=', jti)
      .execute();
  }

  /** Ends a session; it stays ended when ended twice. */
  async revoke(tx: Tx, jti: string, now: number): Promise<void> {
    await tx
      .updateTable('sessions')
      .set({ revoked_at: now })
      .where('jti', '=', jti)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** Ends one session of a user. @returns whether it went on until now */
  async revokeOf(tx: Tx, userId: number, jti: string, now: number): Promise<boolean> {
    const { numUpdatedRows } = await tx
      .updateTable('sessions')
      .set({ revoked_at: now })
      .where('jti', '=', jti)
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirstOrThrow();
    return numUpdatedRows === 1n;
  }

  /**
   * Ends all sessions of a user, and those that apps were about to begin.
   *
   * @param but goes on, if there is one
   * @returns the `jti` of those that were open
   */
  async revokeAllOf(tx: Tx, userId: number, now: number, but = ''): Promise<string[]> {
    const open = await tx
      .selectFrom('sessions')
      .select('jti')
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('jti', '!=', but)
      .execute();
    await tx
      .updateTable('sessions')
      .set({ revoked_at: now })
      .where('user_id', '=', userId)
      .where('revoked_at', 'is', null)
      .where('jti', '!=', but)
      .execute();
    await tx.deleteFrom('authorization_codes').where('user_id', '=', userId).execute();
    return open.map(({ jti }) => jti);
  }

  /** Forgets sessions that ran out before `before`. */
  async deleteExpired(tx: Tx, before: number): Promise<void> {
    await tx.deleteFrom('sessions').where('expires_at', '<', before).execute();
  }
}
