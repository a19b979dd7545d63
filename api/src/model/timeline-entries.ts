/**
 * What richer timelines are made of, straight from the tables and by index: the tweets and reblogs of
 * some authors, the public tweets with some hashtags, all public tweets. Entries come in the order of
 * their ids, in parts: whoever reads leaves out what is not to be shown, and asks for more.
 */
import { CompiledQuery } from 'kysely';
import type { Store } from './database.ts';
import type { Lens } from './lenses.ts';
import { VISIBILITY } from './schema.ts';

/** A tweet or a reblog, as far as it matters for whom it is shown to. */
export interface FeedEntry {
  readonly id: number;
  readonly user_id: number;
  /** A value of `VISIBILITY`. */
  readonly visibility: number;
  readonly reply_to_user_id: number | null;
  /** The tweet that it repeats, whose that is, and for whom. */
  readonly reblog_of_id: number | null;
  readonly of_user_id: number | null;
  readonly of_visibility: number | null;
}

/** Where entries come from. */
export interface FeedSources {
  /** Whose tweets and reblogs, private ones included. */
  readonly authors: readonly number[];
  /** Those of them whose reblogs are not wanted. */
  readonly withoutReblogs: ReadonlySet<number>;
  /** Public tweets with one of these, by whomever. */
  readonly hashtagIds: readonly number[];
}

/** Which tweets with hashtags are meant. */
export interface HashtagFeed {
  /** One of these at least. */
  readonly any: readonly number[];
  /** And all of these, and none of those. */
  readonly all: readonly number[];
  readonly none: readonly number[];
  readonly withMedia: boolean;
}

/** Which part is wanted. */
export interface FeedPart {
  /** The part begins next to this id. */
  readonly from: number;
  /** Larger ids, the smallest first; otherwise smaller ids, the largest first. */
  readonly isUpward: boolean;
  /** About how many. */
  readonly atLeast: number;
}

export interface FeedEntries {
  /** In the direction asked for, without those of people who are not in good standing. */
  readonly entries: readonly FeedEntry[];
  /** The `from` of the next part; undefined when there is no more. */
  readonly next: number | undefined;
  /** For whoever reads it: what he has made of it, to be found again when he is given it again. */
  note?: unknown;
}

/** Where the entries of somebody's home timeline come from; not all that comes is to be shown. */
export function homeSources({
  viewerId,
  follows,
  hidden,
  exclusive,
  hashtagIds,
}: Lens): FeedSources {
  const others = [...follows].filter(([id]) => !hidden.has(id) && !exclusive.has(id));
  return {
    authors: [...new Set([viewerId, ...others.map(([id]) => id)])],
    withoutReblogs: new Set(others.flatMap(([id, showsReblogs]) => (showsReblogs ? [] : id))),
    hashtagIds,
  };
}

/** Above every tweet id. */
export const NEWEST = Number.MAX_SAFE_INTEGER;
/** Parts are multiples of this: the number stands in the text, and there shall be few texts. */
const STEP = 32;
const SOURCES_PER_STATEMENT = 50;
const SEEKS_PER_STATEMENT = 256;
const NO_HASHTAGS: number[] = [];

/** An author, and the first of his entries in the direction asked for. */
interface Author {
  readonly id: number;
  readonly first: number;
}

export class TimelineEntryDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The entries of these sources. */
  async ofSources(sources: FeedSources, part: FeedPart): Promise<FeedEntries> {
    const limit = sizeOf(part);
    const [byAuthors, byHashtags] = [
      await this.#idsOfAuthors(sources, part, limit),
      await this.#idsOfHashtags(sources.hashtagIds, part, limit),
    ];
    return this.#page(merged([byAuthors, byHashtags], part, limit), limit);
  }

  /** Public tweets that are no reblogs; without answers to others. */
  async ofEverybody({ withMedia }: { withMedia: boolean }, part: FeedPart): Promise<FeedEntries> {
    const limit = sizeOf(part);
    // What has media is looked for where media are: they are fewer than tweets.
    const from = withMedia
      ? `FROM media CROSS JOIN tweets ON tweets.id = media.tweet_id
         WHERE media.tweet_id ${beyond(part)} AND media.position = 0 AND tweets.visibility = ? AND`
      : `FROM tweets WHERE tweets.id ${beyond(part)} AND tweets.visibility = ? AND`;
    const by = withMedia ? 'media.tweet_id' : 'tweets.id';
    const ids = await this.#ids(
      `SELECT tweets.id ${from} tweets.reblog_of_id IS NULL
         AND (tweets.reply_to_user_id IS NULL OR tweets.reply_to_user_id = tweets.user_id)
       ORDER BY ${by} ${order(part)} LIMIT ${limit}`,
      [part.from, VISIBILITY.public],
    );
    return this.#page(ids, limit);
  }

  /** Public tweets with hashtags. */
  async ofHashtags(feed: HashtagFeed, part: FeedPart): Promise<FeedEntries> {
    const limit = sizeOf(part);
    const parts: (readonly number[])[] = [];
    for (const id of feed.any) parts.push(await this.#idsOfHashtag(id, feed, part, limit));
    return this.#page(merged(parts, part, limit), limit);
  }

  /** Entries by their ids, in the order given; without those that are gone or not to be seen. */
  async find(ids: readonly number[]): Promise<FeedEntry[]> {
    if (ids.length === 0) return [];
    const wanted = filledUp(ids, STEP);
    const query = CompiledQuery.raw(factsSql(wanted.length), wanted) as CompiledQuery<FeedEntry>;
    const { rows } = await this.#store.reader.executeQuery(query);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return ids.flatMap((id) => byId.get(id) ?? []);
  }

  /** The same, in no order, with the hashtags of each. */
  async findTagged(ids: readonly number[]): Promise<(FeedEntry & { hashtagIds: number[] })[]> {
    const entries = await this.find(ids);
    const byTweet = new Map<number, number[]>(entries.map(({ id }) => [id, []]));
    for (const some of chunks([...byTweet.keys()], SEEKS_PER_STATEMENT)) {
      const parameters = filledUp(some, STEP);
      const sql = `SELECT tweet_id, hashtag_id FROM tweets_hashtags
        WHERE tweet_id IN (${places(parameters)})`;
      const rows = await this.#store.readRows({ sql, parameters });
      for (const [tweet, hashtag] of rows as [number, number][]) byTweet.get(tweet)?.push(hashtag);
    }
    return entries.map((entry) => ({ ...entry, hashtagIds: byTweet.get(entry.id) ?? NO_HASHTAGS }));
  }

  async #page(ids: readonly number[], limit: number): Promise<FeedEntries> {
    const entries = await this.find(ids);
    return { entries, next: ids.length < limit ? undefined : ids.at(-1) };
  }

  /** Author by author, and only as many as can be on the page: see `TimelineDao`. */
  async #idsOfAuthors(
    { authors, withoutReblogs }: FeedSources,
    part: FeedPart,
    limit: number,
  ): Promise<number[]> {
    const found = await this.#firstOf(authors, part);
    let ids: number[] = [];
    for (const some of chunks(found, SOURCES_PER_STATEMENT)) {
      const last = ids[limit - 1];
      if (last !== undefined && !isBefore(some[0]?.first ?? 0, last, part)) break;
      const more = await this.#ids(
        some.map(() => authorSql(part, limit)).join(' UNION ALL '),
        some.flatMap(({ id }) => [id, part.from, withoutReblogs.has(id) ? 0 : 1]),
      );
      ids = merged([ids, more], part, limit);
    }
    return ids;
  }

  /** Those authors in good standing who have any, the one with the first before the others. */
  async #firstOf(authors: readonly number[], part: FeedPart): Promise<Author[]> {
    const found: Author[] = [];
    for (const some of chunks(authors, SEEKS_PER_STATEMENT)) {
      const ids = filledUp(some, STEP);
      const sql = `
        SELECT users.id, (
          SELECT tweets.id FROM tweets
          WHERE tweets.user_id = users.id AND tweets.id ${beyond(part)}
            AND tweets.visibility <= ${VISIBILITY.private}
          ORDER BY tweets.id ${order(part)} LIMIT 1) AS first
        FROM users WHERE users.state = 'active' AND users.id IN (${places(ids)})`;
      const rows = await this.#store.readRows({ sql, parameters: [part.from, ...ids] });
      for (const [id, first] of rows as [number, number | null][]) {
        if (first !== null) found.push({ id, first });
      }
    }
    return found.sort((a, b) => (isBefore(a.first, b.first, part) ? -1 : 1));
  }

  async #idsOfHashtags(
    hashtagIds: readonly number[],
    part: FeedPart,
    limit: number,
  ): Promise<number[]> {
    let ids: number[] = [];
    for (const some of chunks(hashtagIds, SOURCES_PER_STATEMENT)) {
      const more = await this.#ids(
        some.map(() => `SELECT * FROM (${hashtagSql(part, limit)}) AS part`).join(' UNION ALL '),
        some.flatMap((id) => [id, part.from]),
      );
      ids = merged([ids, more], part, limit);
    }
    return ids;
  }

  async #idsOfHashtag(
    id: number,
    { all, none, withMedia }: HashtagFeed,
    part: FeedPart,
    limit: number,
  ): Promise<number[]> {
    const has = 'EXISTS (SELECT 1 FROM tweets_hashtags AS other WHERE other.tweet_id = tweets.id';
    const conditions = [
      ...all.map(() => `AND ${has} AND other.hashtag_id = ?)`),
      ...(none.length > 0 ? [`AND NOT ${has} AND other.hashtag_id IN (${places(none)}))`] : []),
      ...(withMedia ? ['AND EXISTS (SELECT 1 FROM media WHERE media.tweet_id = tweets.id)'] : []),
    ];
    return this.#ids(hashtagSql(part, limit, conditions.join(' ')), [
      id,
      part.from,
      ...all,
      ...none,
    ]);
  }

  async #ids(sql: string, parameters: readonly unknown[]): Promise<number[]> {
    const rows = await this.#store.readRows({ sql, parameters });
    return rows.map(([id]) => id as number);
  }
}

/** How many rows are read for a part. */
const sizeOf = ({ atLeast }: FeedPart) => Math.ceil(atLeast / STEP) * STEP;
const order = ({ isUpward }: FeedPart) => (isUpward ? 'ASC' : 'DESC');
const beyond = ({ isUpward }: FeedPart) => (isUpward ? '> ?' : '< ?');
const isBefore = (a: number, b: number, { isUpward }: FeedPart) => (isUpward ? a < b : a > b);
const places = (values: readonly unknown[]) => values.map(() => '?').join();

const authorSql = (part: FeedPart, limit: number) => `SELECT * FROM (
  SELECT id FROM tweets
  WHERE user_id = ? AND id ${beyond(part)} AND visibility <= ${VISIBILITY.private}
    AND (reblog_of_id IS NULL OR ? = 1)
  ORDER BY id ${order(part)} LIMIT ${limit}) AS part`;

/** From the hashtag's own index: whatever else holds is looked up tweet by tweet. */
const hashtagSql = (part: FeedPart, limit: number, conditions = '') => `
  SELECT tagged.tweet_id AS id
  FROM tweets_hashtags AS tagged CROSS JOIN tweets ON tweets.id = tagged.tweet_id
  WHERE tagged.hashtag_id = ? AND tagged.tweet_id ${beyond(part)}
    AND tweets.visibility = ${VISIBILITY.public} AND tweets.reblog_of_id IS NULL ${conditions}
  ORDER BY tagged.tweet_id ${order(part)} LIMIT ${limit}`;

const factsSql = (count: number) => `
  SELECT tweets.id, tweets.user_id, tweets.visibility, tweets.reply_to_user_id,
    tweets.reblog_of_id, original.user_id AS of_user_id, original.visibility AS of_visibility
  FROM tweets
  JOIN users ON users.id = tweets.user_id
  LEFT JOIN tweets AS original ON original.id = tweets.reblog_of_id
  LEFT JOIN users AS author ON author.id = original.user_id
  WHERE tweets.id IN (${Array.from({ length: count }, () => '?').join()})
    AND users.state = 'active' AND (original.id IS NULL OR author.state = 'active')`;

/** All ids, each once, the first ones as the direction goes. */
function merged(lists: readonly (readonly number[])[], part: FeedPart, limit: number): number[] {
  const ids = [...new Set(lists.flat())];
  return ids.sort((a, b) => (isBefore(a, b, part) ? -1 : 1)).slice(0, limit);
}

/** The same values, some of them more than once, so that there are few statements. */
function filledUp(values: readonly number[], step: number): number[] {
  const size = Math.ceil(values.length / step) * step;
  return [...values, ...Array.from({ length: size - values.length }, () => values[0] as number)];
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < items.length; at += size) parts.push(items.slice(at, at + size));
  return parts;
}
