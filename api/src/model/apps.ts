import type { Selectable } from 'kysely';
import { type Reader, RetryUnit, type Store, type Tx, UniqueViolation } from './database.ts';
import type { Schema } from './schema.ts';

export type App = Selectable<Schema['apps']>;
export type NewApp = Omit<App, 'id'>;
export type AppToken = Selectable<Schema['app_tokens']>;

/** The tables `apps`, the programs that act for people, and `app_tokens`, those for themselves. */
export class AppDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @returns its id */
  async insert(tx: Tx, app: NewApp): Promise<number> {
    const { insertId } = await tx.insertInto('apps').values(app).executeTakeFirstOrThrow();
    return Number(insertId);
  }

  /** Stores an app unless there is one of this client id. @returns it, now or then */
  async insertOnce(tx: Tx, app: NewApp): Promise<App> {
    const known = await this.findByClientId(app.client_id, tx);
    if (known) return known;
    try {
      return { ...app, id: await this.insert(tx, app) };
    } catch (error) {
      throw error instanceof UniqueViolation ? new RetryUnit(error) : error;
    }
  }

  async findByClientId(
    clientId: string,
    db: Reader = this.#store.reader,
  ): Promise<App | undefined> {
    return db.selectFrom('apps').selectAll().where('client_id', '=', clientId).executeTakeFirst();
  }

  async findById(id: number): Promise<App | undefined> {
    return this.#store.reader
      .selectFrom('apps')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Those apps that are there, in no order. */
  async findMany(ids: readonly number[]): Promise<App[]> {
    if (ids.length === 0) return [];
    return this.#store.reader.selectFrom('apps').selectAll().where('id', 'in', ids).execute();
  }

  async insertToken(tx: Tx, token: AppToken): Promise<void> {
    await tx.insertInto('app_tokens').values(token).execute();
  }

  async findToken(jti: string): Promise<AppToken | undefined> {
    return this.#store.reader
      .selectFrom('app_tokens')
      .selectAll()
      .where('jti', '=', jti)
      .executeTakeFirst();
  }

  /** A token of this app for just these scopes that has not been revoked. */
  async liveToken(tx: Tx, appId: number, scopes: string): Promise<AppToken | undefined> {
    return tx
      .selectFrom('app_tokens')
      .selectAll()
      .where('app_id', '=', appId)
      .where('scopes', '=', scopes)
      .where('revoked_at', 'is', null)
      .limit(1)
      .executeTakeFirst();
  }

  async revokeToken(tx: Tx, jti: string, now: number): Promise<void> {
    await tx
      .updateTable('app_tokens')
      .set({ revoked_at: now })
      .where('jti', '=', jti)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /**
   * Forgets apps made before `before` that nobody comes with, `limit` at most, and their codes.
   *
   * @returns how many those were
   */
  async deleteUnused(tx: Tx, before: number, limit: number): Promise<number> {
    const rows = await tx
      .selectFrom('apps')
      .leftJoin('sessions', 'sessions.app_id', 'apps.id')
      .leftJoin('app_tokens', 'app_tokens.app_id', 'apps.id')
      .select('apps.id')
      .where('apps.created_at', '<', before)
      .where('sessions.jti', 'is', null)
      .where('app_tokens.jti', 'is', null)
      .limit(limit)
      .execute();
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) await tx.deleteFrom('apps').where('id', 'in', ids).execute();
    return ids.length;
  }
}
