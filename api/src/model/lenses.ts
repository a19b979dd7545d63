/** What decides for one person what stands on a timeline: whom he follows, mutes, blocks, … */
import { CompiledQuery } from 'kysely';
import type { Store } from './database.ts';

/** How somebody looks at timelines. */
export interface Lens {
  readonly viewerId: number;
  /** Whom he follows, and whether he wants what they repeat. */
  readonly follows: ReadonlyMap<number, boolean>;
  /** Whom he mutes or blocks, or who blocks him. */
  readonly hidden: ReadonlySet<number>;
  /** Who stands on a list of his that takes them out of his home timeline. */
  readonly exclusive: ReadonlySet<number>;
  /** Hashtags that he follows. */
  readonly hashtagIds: readonly number[];
  /** When the first of the mutes ends, in epoch milliseconds: then it is another lens. */
  readonly goodUntil: number;
}

interface Fact {
  readonly fact: 'self' | 'follows' | 'hides' | 'exclusive' | 'hashtag';
  readonly id: number;
  readonly value: number;
}

/** One statement sees one moment. */
const FACTS = `
  SELECT 'self' AS fact, id, 0 AS value FROM users WHERE id = ?
  UNION ALL SELECT 'follows', follow_user_id, shows_reblogs FROM users_follow_list WHERE user_id = ?
  UNION ALL SELECT 'hides', muted_user_id, COALESCE(expires_at, 0) FROM mutes
    WHERE user_id = ? AND (expires_at IS NULL OR expires_at > ?)
  UNION ALL SELECT 'hides', blocked_user_id, 0 FROM blocks WHERE user_id = ?
  UNION ALL SELECT 'hides', user_id, 0 FROM blocks WHERE blocked_user_id = ?
  UNION ALL SELECT 'exclusive', list_members.user_id, 0
    FROM lists JOIN list_members ON list_members.list_id = lists.id
    WHERE lists.user_id = ? AND lists.is_exclusive = 1
  UNION ALL SELECT 'hashtag', hashtag_id, 0 FROM followed_hashtags WHERE user_id = ?`;

export class LensDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * @param now epoch milliseconds
   * @returns undefined when there is no such user
   */
  async of(viewerId: number, now: number): Promise<Lens | undefined> {
    const id = viewerId;
    const values = [id, id, id, now, id, id, id, id];
    const query = CompiledQuery.raw(FACTS, values) as CompiledQuery<Fact>;
    const { rows } = await this.#store.reader.executeQuery(query);
    const idsOf = (wanted: Fact['fact']) =>
      rows.filter(({ fact }) => fact === wanted).map((row) => row.id);
    if (idsOf('self').length === 0) return undefined;
    const follows = rows.filter(({ fact }) => fact === 'follows');
    const ends = rows.filter(({ fact, value }) => fact === 'hides' && value > 0);
    return {
      viewerId,
      follows: new Map(follows.map((row) => [row.id, row.value === 1])),
      hidden: new Set(idsOf('hides')),
      exclusive: new Set(idsOf('exclusive')),
      hashtagIds: idsOf('hashtag'),
      goodUntil: Math.min(Number.MAX_SAFE_INTEGER, ...ends.map(({ value }) => value)),
    };
  }
}
