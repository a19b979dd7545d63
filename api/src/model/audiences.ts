/**
 * Whom of many people a tweet concerns, found from the tweet's side: the people are those who are
 * connected, the tweet is one, and each question is answered by index.
 */
import { CompiledQuery } from 'kysely';
import type { Store } from './database.ts';
import type { Lens } from './lenses.ts';
import type { RepliesPolicy } from './lists.ts';

/** A list that the author of a tweet is on. */
export interface ListOfAuthor {
  readonly id: number;
  readonly ownerId: number;
  readonly policy: RepliesPolicy;
  /** Those asked for who are on it. */
  readonly members: ReadonlySet<number>;
}

interface Fact {
  readonly fact: 'follows' | 'hides' | 'exclusive' | 'hashtag';
  readonly viewer_id: number;
  readonly id: number;
  readonly value: number;
}

/** People, as a set or as the keys of a map. */
export type People = Pick<ReadonlySet<number>, 'size' | 'has' | 'keys'>;

/** What a person can have done with a tweet. */
export type Mark = 'favourited' | 'reblogged' | 'bookmarked' | 'muted' | 'pinned';

/** Values in one statement. */
const CHUNK = 500;
const MARKS = [
  ['favourited', 'favourites', 'tweet_id'],
  ['bookmarked', 'bookmarks', 'tweet_id'],
  ['pinned', 'pins', 'tweet_id'],
  ['reblogged', 'tweets', 'reblog_of_id'],
  ['muted', 'muted_conversations', 'conversation_id'],
] as const;
/** So many followers are read rather than asked for one by one. */
const READ_MOST = 5000;

export class AudienceDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Those of these people who follow somebody, in no order. */
  async followersAmong(userId: number, people: People): Promise<number[]> {
    if (people.size === 0) return [];
    const sql = 'SELECT user_id FROM users_follow_list WHERE follow_user_id = ?';
    if (people.size > CHUNK) {
      const limit = READ_MOST + 1;
      const all = await this.#ids(`${sql} ORDER BY user_id LIMIT ${limit}`, [userId]);
      if (all.length < limit) return all.filter((id) => people.has(id));
    }
    return this.#among(people, (some) => ({
      sql: `${sql} AND user_id IN (${places(some)})`,
      parameters: [userId, ...some],
    }));
  }

  /** Those of these people who follow one of these hashtags, some of them more than once. */
  async hashtagFollowersAmong(hashtagIds: readonly number[], people: People): Promise<number[]> {
    if (hashtagIds.length === 0) return [];
    return this.#among(people, (some) => ({
      sql: `SELECT user_id FROM followed_hashtags
        WHERE hashtag_id IN (${places(hashtagIds)}) AND user_id IN (${places(some)})`,
      parameters: [...hashtagIds, ...some],
    }));
  }

  /**
   * How these people look at some others and some hashtags; of anybody else these lenses know
   * nothing.
   *
   * @param now epoch milliseconds; mutes that have ended by then do not count
   */
  async lensesOf(
    viewerIds: readonly number[],
    about: { readonly userIds: readonly number[]; readonly hashtagIds: readonly number[] },
    now: number,
  ): Promise<Map<number, Lens>> {
    const lenses = new Map<number, Lens>();
    for (const some of chunks(viewerIds)) {
      const { sql, parameters } = factsSql(some, about, now);
      const query = CompiledQuery.raw(sql, parameters) as CompiledQuery<Fact>;
      const { rows } = await this.#store.reader.executeQuery(query);
      const byViewer = Map.groupBy(rows, ({ viewer_id }) => viewer_id);
      for (const id of some) lenses.set(id, lensOf(id, byViewer.get(id) ?? []));
    }
    return lenses;
  }

  /** Those of these lists that somebody is on, with those of some others who are on them too. */
  async listsWith(
    userId: number,
    listIds: readonly number[],
    others: readonly number[],
  ): Promise<ListOfAuthor[]> {
    const asked = [userId, ...others];
    const found: ListOfAuthor[] = [];
    for (const some of chunks(listIds)) {
      const rows = await this.#store.reader
        .selectFrom('list_members')
        .innerJoin('lists', 'lists.id', 'list_members.list_id')
        .select([
          'lists.id as id',
          'lists.user_id as ownerId',
          'lists.replies_policy as policy',
          'list_members.user_id as memberId',
        ])
        .where('list_members.list_id', 'in', some)
        .where('list_members.user_id', 'in', asked)
        .execute();
      for (const [id, members] of Map.groupBy(rows, (row) => row.id)) {
        const ids = new Set(members.map(({ memberId }) => memberId));
        const [first] = members;
        if (first && ids.has(userId)) {
          found.push({ id, ownerId: first.ownerId, policy: first.policy, members: ids });
        }
      }
    }
    return found;
  }

  /** What these people have done with a tweet, and whether they have muted its conversation. */
  async marksOn(
    { tweetId, conversationId }: { readonly tweetId: number; readonly conversationId: number },
    viewerIds: readonly number[],
  ): Promise<Map<number, Mark[]>> {
    const marks = new Map<number, Mark[]>();
    for (const some of chunks(viewerIds)) {
      const parts = MARKS.map(
        ([mark, table, column]) => `SELECT '${mark}', user_id FROM ${table}
          WHERE ${column} = ? AND user_id IN (${places(some)})`,
      );
      const ids = MARKS.map(([mark]) => (mark === 'muted' ? conversationId : tweetId));
      const rows = await this.#store.readRows({
        sql: parts.join(' UNION ALL '),
        parameters: ids.flatMap((id) => [id, ...some]),
      });
      for (const [mark, userId] of rows as [Mark, number][]) {
        marks.set(userId, [...(marks.get(userId) ?? []), mark]);
      }
    }
    return marks;
  }

  async #among(
    people: People,
    statement: (some: readonly number[]) => { sql: string; parameters: readonly unknown[] },
  ): Promise<number[]> {
    const ids: number[] = [];
    for (const some of chunks([...people.keys()])) {
      const { sql, parameters } = statement(some);
      ids.push(...(await this.#ids(sql, parameters)));
    }
    return ids;
  }

  async #ids(sql: string, parameters: readonly unknown[]): Promise<number[]> {
    const rows = await this.#store.readRows({ sql, parameters });
    return rows.map(([id]) => id as number);
  }
}

function lensOf(viewerId: number, facts: readonly Fact[]): Lens {
  const idsOf = (wanted: Fact['fact']) =>
    facts.filter(({ fact }) => fact === wanted).map(({ id }) => id);
  const follows = facts.filter(({ fact }) => fact === 'follows');
  return {
    viewerId,
    follows: new Map(follows.map(({ id, value }) => [id, value === 1])),
    hidden: new Set(idsOf('hides')),
    exclusive: new Set(idsOf('exclusive')),
    hashtagIds: idsOf('hashtag'),
    // Looked through once, now.
    goodUntil: 0,
  };
}

/** One statement sees one moment. */
function factsSql(
  viewerIds: readonly number[],
  { userIds, hashtagIds }: { userIds: readonly number[]; hashtagIds: readonly number[] },
  now: number,
) {
  const [viewers, users] = [places(viewerIds), places(userIds)];
  const both = [...viewerIds, ...userIds];
  const parts = [
    `SELECT 'follows' AS fact, user_id AS viewer_id, follow_user_id AS id, shows_reblogs AS value
       FROM users_follow_list WHERE user_id IN (${viewers}) AND follow_user_id IN (${users})`,
    `SELECT 'hides', user_id, muted_user_id, 0 FROM mutes
       WHERE user_id IN (${viewers}) AND muted_user_id IN (${users})
         AND (expires_at IS NULL OR expires_at > ?)`,
    `SELECT 'hides', user_id, blocked_user_id, 0 FROM blocks
       WHERE user_id IN (${viewers}) AND blocked_user_id IN (${users})`,
    `SELECT 'hides', blocked_user_id, user_id, 0 FROM blocks
       WHERE blocked_user_id IN (${viewers}) AND user_id IN (${users})`,
    `SELECT 'exclusive', lists.user_id, list_members.user_id, 0
       FROM list_members JOIN lists ON lists.id = list_members.list_id
       WHERE lists.user_id IN (${viewers}) AND list_members.user_id IN (${users})
         AND lists.is_exclusive = 1`,
  ];
  const parameters: unknown[] = [...both, ...both, now, ...both, ...both, ...both];
  if (hashtagIds.length > 0) {
    parts.push(`SELECT 'hashtag', user_id, hashtag_id, 0 FROM followed_hashtags
       WHERE user_id IN (${viewers}) AND hashtag_id IN (${places(hashtagIds)})`);
    parameters.push(...viewerIds, ...hashtagIds);
  }
  return { sql: parts.join(' UNION ALL '), parameters };
}

const places = (values: readonly unknown[]) => values.map(() => '?').join();

function chunks(ids: readonly number[]): number[][] {
  const parts: number[][] = [];
  for (let at = 0; at < ids.length; at += CHUNK) parts.push(ids.slice(at, at + CHUNK));
  return parts;
}
