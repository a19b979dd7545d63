/** People as the search knows them: what they are called, of the table `users`. */
import { CompiledQuery } from 'kysely';
import type { SearchablePerson } from './search-progress.ts';
import type { Store } from './database.ts';

const SELECT = 'SELECT u.id, u.username, u.name, u.updated_at FROM users u';
const IN_STANDING = "u.state = 'active'";

/** Each answers with users in good standing only. */
export class SearchPeopleDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  async byIds(ids: readonly number[]): Promise<SearchablePerson[]> {
    if (ids.length === 0) return [];
    const places = ids.map(() => '?').join();
    return this.#read(`${SELECT} WHERE u.id IN (${places}) AND ${IN_STANDING}`, ids);
  }

  /** Those whose user names are from `from` until just before `to`. */
  async byUsername(from: string, to: string, limit: number): Promise<SearchablePerson[]> {
    return this.#read(
      `${SELECT} WHERE u.username_key >= ? AND u.username_key < ? AND ${IN_STANDING}
       ORDER BY u.username_key LIMIT ${limit}`,
      [from, to],
    );
  }

  /** Those who were changed after this moment, in epoch milliseconds, or are new; the latest first. */
  async changedAfter(moment: number, limit: number): Promise<SearchablePerson[]> {
    return this.#read(
      `${SELECT} WHERE u.updated_at > ? AND ${IN_STANDING}
       ORDER BY u.updated_at DESC LIMIT ${limit}`,
      [moment],
    );
  }

  /** Those whom somebody follows. */
  async followedBy(userId: number, limit: number): Promise<SearchablePerson[]> {
    return this.#read(
      `${SELECT} JOIN users_follow_list f ON f.follow_user_id = u.id
       WHERE f.user_id = ? AND ${IN_STANDING} ORDER BY f.follow_user_id LIMIT ${limit}`,
      [userId],
    );
  }

  async #read(sql: string, parameters: readonly unknown[]): Promise<SearchablePerson[]> {
    const query = CompiledQuery.raw(sql, [...parameters]) as CompiledQuery<SearchablePerson>;
    return (await this.#store.reader.executeQuery(query)).rows;
  }
}
