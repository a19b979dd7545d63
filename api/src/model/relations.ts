/** What people are to each other: one answer out of all the tables that know of it. */
import { CompiledQuery } from 'kysely';
import type { Reader, Store } from './database.ts';

/** What somebody, the viewer, is to another user. */
export interface Relation {
  readonly userId: number;
  readonly follows: boolean;
  readonly showsReblogs: boolean;
  readonly notifies: boolean;
  readonly isFollowedBy: boolean;
  readonly hasRequested: boolean;
  readonly isRequestedBy: boolean;
  readonly blocks: boolean;
  readonly isBlockedBy: boolean;
  readonly mutes: boolean;
  readonly mutesNotifications: boolean;
  /** Epoch milliseconds; null when the mute has no end. */
  readonly muteEndsAt: number | null;
  readonly endorses: boolean;
  readonly note: string;
}

export class RelationDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * What `viewerId` is to each of these users, whether they exist or not.
   *
   * @param now epoch milliseconds; mutes that have ended by then do not count
   */
  async find(
    viewerId: number,
    userIds: readonly number[],
    now: number,
    db: Reader = this.#store.reader,
  ): Promise<Map<number, Relation>> {
    const ids = [...new Set(userIds)];
    if (ids.length === 0) return new Map();
    const rows = await factsOf(viewerId, ids, now, db);
    const found = new Map(ids.map((id) => [id, { ...STRANGER, userId: id }]));
    for (const { fact, user_id, value, note } of rows) {
      const relation = found.get(user_id);
      if (relation) Object.assign(relation, MEANINGS[fact]?.(value, note));
    }
    return found;
  }
}

interface Fact {
  readonly fact: string;
  readonly user_id: number;
  readonly value: number;
  readonly note: string;
}

/** The end doubled, for the one bit below it; 1 and 0 for no end. */
const MUTE_VALUE = 'hides_notifications + 2 * COALESCE(expires_at, 0)';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

const MEANINGS: Readonly<
  Record<string, (value: number, note: string) => Partial<Mutable<Relation>>>
> = {
  follows: (value) => ({
    follows: true,
    showsReblogs: value % 2 === 1,
    notifies: value >= 2,
  }),
  'followed by': () => ({ isFollowedBy: true }),
  requested: () => ({ hasRequested: true }),
  'requested by': () => ({ isRequestedBy: true }),
  blocks: () => ({ blocks: true }),
  'blocked by': () => ({ isBlockedBy: true }),
  mutes: (value) => ({
    mutes: true,
    mutesNotifications: value % 2 === 1,
    muteEndsAt: value >= 2 ? Math.floor(value / 2) : null,
  }),
  endorses: () => ({ endorses: true }),
  note: (_, note) => ({ note }),
};

/** What people are who have nothing to do with each other. */
export const STRANGER: Omit<Relation, 'userId'> = {
  follows: false,
  showsReblogs: false,
  notifies: false,
  isFollowedBy: false,
  hasRequested: false,
  isRequestedBy: false,
  blocks: false,
  isBlockedBy: false,
  mutes: false,
  mutesNotifications: false,
  muteEndsAt: null,
  endorses: false,
  note: '',
};

/** One row per fact: all tables in one question. */
async function factsOf(
  viewerId: number,
  ids: readonly number[],
  now: number,
  db: Reader,
): Promise<Fact[]> {
  const places = ids.map(() => '?').join();
  const from = (fact: string, table: string, other: string, value = '0', note = "''") =>
    `SELECT '${fact}' AS fact, ${other} AS user_id, ${value} AS value, ${note} AS note
       FROM ${table} WHERE user_id = ? AND ${other} IN (${places})`;
  const back = (fact: string, table: string, other: string) =>
    `SELECT '${fact}' AS fact, user_id, 0 AS value, '' AS note
       FROM ${table} WHERE ${other} = ? AND user_id IN (${places})`;
  const parts = [
    from('follows', 'users_follow_list', 'follow_user_id', 'shows_reblogs + 2 * notifies'),
    back('followed by', 'users_follow_list', 'follow_user_id'),
    from('requested', 'follow_requests', 'follow_user_id'),
    back('requested by', 'follow_requests', 'follow_user_id'),
    from('blocks', 'blocks', 'blocked_user_id'),
    back('blocked by', 'blocks', 'blocked_user_id'),
    `${from('mutes', 'mutes', 'muted_user_id', MUTE_VALUE)}
       AND (expires_at IS NULL OR expires_at > ?)`,
    from('endorses', 'endorsements', 'endorsed_user_id'),
    from('note', 'user_notes', 'about_user_id', '0', 'note'),
  ];
  const parameters = parts.flatMap((part) =>
    part.includes('expires_at > ?') ? [viewerId, ...ids, now] : [viewerId, ...ids],
  );
  const query = CompiledQuery.raw(parts.join(' UNION ALL '), parameters) as CompiledQuery<Fact>;
  return (await db.executeQuery(query)).rows;
}
