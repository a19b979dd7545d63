/**
 * Timelines straight from the tables, with no state of their own: right with any number of
 * instances. Ids first, by the index `(user_id, id, …)`, then the rows.
 */
import { CompiledQuery, sql } from 'kysely';
import type { Store } from './database.ts';
import { type Lens, LensDao } from './lenses.ts';
import { VISIBILITY } from './schema.ts';
import {
  type FeedEntries,
  type FeedEntry,
  type FeedPart,
  homeSources,
  TimelineEntryDao,
} from './timeline-entries.ts';

/** Which part of a timeline is wanted. */
export interface TimelinePage {
  /** Tweets with smaller ids only; undefined from the newest on. */
  readonly before: number | undefined;
  /** How many at most. */
  readonly limit: number;
  /** The smallest audience that may be shown: a value of `VISIBILITY`. */
  readonly widest: number;
}

/** A tweet as far as timelines are concerned. */
export interface TimelineEntry {
  readonly id: number;
  readonly user_id: number;
  /** A value of `VISIBILITY`. */
  readonly visibility: number;
}

/** An author and his newest tweet that may be on the page. */
interface Source {
  readonly user_id: number;
  readonly newest: number;
}

type EntryRow = readonly [source: number, id: number, userId: number, visibility: number];

/** Above every tweet id. */
const NEWEST = Number.MAX_SAFE_INTEGER;
/** Authors asked for in one statement; SQLite takes 500 parts in a UNION, fewer are seldom needed. */
const SOURCES_PER_STATEMENT = 50;

export class TimelineDao {
  readonly #store: Store;
  readonly #lenses: LensDao;
  readonly #entries: TimelineEntryDao;

  constructor(store: Store) {
    this.#store = store;
    this.#lenses = new LensDao(store);
    this.#entries = new TimelineEntryDao(store);
  }

  /** How somebody looks at timelines: see {@link LensDao.of}. */
  lensOf(viewerId: number, now: number): Promise<Lens | undefined> {
    return this.#lenses.of(viewerId, now);
  }

  /** What the home timeline with reblogs and hashtags is made of. */
  homeEntries(lens: Lens, part: FeedPart): Promise<FeedEntries> {
    return this.#entries.ofSources(homeSources(lens), part);
  }

  /**
   * The ids of the tweets of `userId` and of those he follows, newest first: originals only, each
   * once, of users in good standing.
   *
   * @returns undefined when there is no such user
   */
  async read(userId: number, page: TimelinePage): Promise<number[] | undefined> {
    const ids = await this.#newestIds(await this.#newestSources(userId, page), page);
    return ids.length > 0 || (await this.#exists(userId)) ? ids : undefined;
  }

  /** The visibilities of those tweets that exist, in no order. */
  async visibilitiesOf(
    ids: readonly number[],
  ): Promise<Pick<TimelineEntry, 'id' | 'visibility'>[]> {
    if (ids.length === 0) return [];
    const places = ids.map(() => '?').join();
    return this.#select(`SELECT id, visibility FROM tweets WHERE id IN (${places})`, ids);
  }

  /** The ids of the user and of those he follows; undefined when there is no such user. */
  async authorsFor(userId: number): Promise<number[] | undefined> {
    const rows = await this.#select<{ id: number }>(
      `SELECT id FROM users WHERE id = ?
       UNION ALL SELECT follow_user_id FROM users_follow_list
       WHERE user_id = ? AND follow_user_id <> ?`,
      [userId, userId, userId],
    );
    return rows.length === 0 ? undefined : rows.map((row) => row.id);
  }

  /** Hashtags that somebody follows. */
  async hashtagsFor(userId: number): Promise<number[]> {
    const rows = await this.#select<{ id: number }>(
      'SELECT hashtag_id AS id FROM followed_hashtags WHERE user_id = ?',
      [userId],
    );
    return rows.map(({ id }) => id);
  }

  /** Those of these entries that are there and to be seen, in no order. */
  findEntries(ids: readonly number[]): Promise<(FeedEntry & { hashtagIds: number[] })[]> {
    return this.#entries.findTagged(ids);
  }

  /**
   * The newest tweets that may stand on a timeline, by source, `limit` of each at most, newest first:
   * of authors, with what they repeat (`everything`) or without, where those who are not in good
   * standing are left out; or with hashtags.
   */
  async newestOf(
    ids: readonly number[],
    limit: number,
    kind: 'author' | 'everything' | 'hashtag' = 'author',
  ): Promise<Map<number, TimelineEntry[]>> {
    const active = kind === 'hashtag' ? ids : await this.#active(ids);
    const newest = new Map<number, TimelineEntry[]>(active.map((id) => [id, []]));
    for (const some of chunks(active, SOURCES_PER_STATEMENT)) {
      const sql = newestOfSql(kind, some.length, limit);
      const rows = await this.#store.readRows({ sql, parameters: some });
      for (const [source, id, user_id, visibility] of rows as readonly EntryRow[]) {
        newest.get(source)?.push({ id, user_id, visibility });
      }
    }
    for (const entries of newest.values()) entries.sort((a, b) => b.id - a.id);
    return newest;
  }

  async #exists(userId: number): Promise<boolean> {
    const rows = await this.#select('SELECT id FROM users WHERE id = ?', [userId]);
    return rows.length > 0;
  }

  async #active(userIds: readonly number[]): Promise<number[]> {
    const ids: number[] = [];
    for (const some of chunks(userIds, SOURCES_PER_STATEMENT)) {
      const rows = await this.#select<{ id: number }>(
        `SELECT id FROM users WHERE state = 'active' AND id IN (${some.map(() => '?').join()})`,
        some,
      );
      ids.push(...rows.map((row) => row.id));
    }
    return ids;
  }

  /** Runs SQL that both engines take, without building it anew. */
  async #select<R>(statement: string, parameters: readonly unknown[]): Promise<R[]> {
    const query = CompiledQuery.raw(statement, [...parameters]) as CompiledQuery<R>;
    return (await this.#store.reader.executeQuery(query)).rows;
  }

  /**
   * The authors who can be on the page, the one with the newest tweet first. A page of n tweets
   * comes from the n authors with the newest tweets at most; one index seek per author finds them.
   */
  async #newestSources(userId: number, { before, limit, widest }: TimelinePage): Promise<Source[]> {
    const authors = sql<{ user_id: number }>`(
      SELECT follow_user_id AS user_id FROM users_follow_list WHERE user_id = ${userId}
      UNION SELECT id FROM users WHERE id = ${userId}
    )`.as('authors');
    // Ordered where it is computed: MariaDB 10.11 gives wrong answers from the second run of a
    // prepared statement that filters a derived table by a subquery's result.
    const rows = await this.#store.reader
      .selectFrom(authors)
      .innerJoin('users', 'users.id', 'authors.user_id')
      .where('users.state', '=', 'active')
      .select((author) => [
        'authors.user_id as user_id',
        author
          .selectFrom('tweets')
          .whereRef('tweets.user_id', '=', 'authors.user_id')
          .where('tweets.id', '<', before ?? NEWEST)
          .where('tweets.visibility', '<=', widest)
          .where('tweets.reblog_of_id', 'is', null)
          .select('tweets.id')
          .orderBy('tweets.id', 'desc')
          .limit(1)
          .as('newest'),
      ])
      .orderBy('newest', 'desc')
      .limit(limit)
      .execute();
    // Those who have no tweet here come last, as null.
    return rows.filter((row): row is Source => row.newest !== null);
  }

  /**
   * Merges the sources, newest first, and stops where the next one's newest tweet is too old for
   * the page.
   */
  async #newestIds(sources: readonly Source[], page: TimelinePage): Promise<number[]> {
    let ids: number[] = [];
    for (let at = 0; at < sources.length; at += SOURCES_PER_STATEMENT) {
      const some = sources.slice(at, at + SOURCES_PER_STATEMENT);
      const oldest = ids[page.limit - 1] ?? 0;
      if ((some[0]?.newest ?? 0) < oldest) break;
      const more = await this.#idsOf(some, oldest, page);
      ids = [...ids, ...more].sort((a, b) => b - a).slice(0, page.limit);
    }
    return ids;
  }

  /** The newest ids, `limit` at most, of some authors from `oldest` on. */
  async #idsOf(
    sources: readonly Source[],
    oldest: number,
    { before = NEWEST, limit, widest }: TimelinePage,
  ): Promise<number[]> {
    const parts = sources.map(
      ({ user_id }) => sql`SELECT id FROM (
        SELECT id FROM tweets
        WHERE user_id = ${user_id} AND id < ${before} AND id >= ${oldest}
          AND visibility <= ${widest} AND reblog_of_id IS NULL
        ORDER BY id DESC LIMIT ${limit}
      ) AS part`,
    );
    const rows = await this.#store.reader
      .selectFrom(sql<{ id: number }>`(${sql.join(parts, sql` UNION ALL `)})`.as('ids'))
      .select('ids.id')
      .orderBy('ids.id', 'desc')
      .limit(limit)
      .execute();
    return rows.map((row) => row.id);
  }
}

/** `limit` is a number of ours: it stands in the text, so that there are few texts. */
function newestOfSql(
  kind: 'author' | 'everything' | 'hashtag',
  sources: number,
  limit: number,
): string {
  const one = `SELECT * FROM (${NEWEST_OF[kind]} LIMIT ${limit}) AS newest`;
  return Array.from({ length: sources }, () => one).join(' UNION ALL ');
}

const NEWEST_OF = {
  author: `SELECT user_id AS source, id, user_id, visibility FROM tweets
    WHERE user_id = ? AND visibility < ${VISIBILITY.direct} AND reblog_of_id IS NULL
    ORDER BY id DESC`,
  everything: `SELECT user_id AS source, id, user_id, visibility FROM tweets
    WHERE user_id = ? AND visibility < ${VISIBILITY.direct}
    ORDER BY id DESC`,
  hashtag: `SELECT tagged.hashtag_id AS source, tweets.id, tweets.user_id, tweets.visibility
    FROM tweets_hashtags AS tagged CROSS JOIN tweets ON tweets.id = tagged.tweet_id
    WHERE tagged.hashtag_id = ? AND tweets.visibility = ${VISIBILITY.public}
      AND tweets.reblog_of_id IS NULL
    ORDER BY tagged.tweet_id DESC`,
} as const;

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
