import { CompiledQuery, type Selectable } from 'kysely';
import { type Reader, type Statement, type Store, type Tx, UniqueViolation } from './database.ts';
import { GONE_USER, type Schema, type TweetRow } from './schema.ts';
import type { TimelineJournal } from './timeline-journal.ts';
import { tweetIdAt, type TweetIds, timeOfTweetId } from './tweet-ids.ts';

export type Tweet = TweetRow;
/** Who wrote what. */
export type TweetText = Pick<Tweet, 'id' | 'user_id' | 'tweet'>;
/** What an edit changes. */
export type TweetEdit = Pick<Tweet, 'tweet' | 'spoiler_text' | 'is_sensitive' | 'language'>;
/** What a tweet said from `edited_at` on, until it was edited again. */
export type EarlierTweet = Selectable<Schema['tweets_edits']>;
export type NewTweet = Pick<Tweet, 'user_id' | 'tweet' | 'visibility'> &
  Partial<Omit<Tweet, 'id' | 'created_at'>>;

/** Which of the reblogs of a tweet. */
export interface ReblogPage {
  readonly userId?: number;
  /** A value of `VISIBILITY`: those for fewer people are left out. */
  readonly mostPrivate?: number;
  /** Smaller ids only. */
  readonly below?: number | undefined;
  readonly limit: number;
}

/** A taken id means that two instances share a node number; a few more tries end that. */
const ID_ATTEMPTS = 5;

/** The table `tweets`. */
export class TweetDao {
  readonly #store: Store;
  readonly #ids: TweetIds;
  readonly #journal: TimelineJournal | undefined;

  /** @param journal where servers share timelines outside the database */
  constructor(store: Store, ids: TweetIds, journal?: TimelineJournal) {
    this.#store = store;
    this.#ids = ids;
    this.#journal = journal;
  }

  /** The highest tweet id there is, or 0. */
  static async highestId(store: Store): Promise<number> {
    const row = await store.reader
      .selectFrom('tweets')
      .select('id')
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst();
    return row?.id ?? 0;
  }

  /**
   * How many tweets, without reblogs, were written from `from` until just before `to`, in epoch
   * milliseconds. It reads as many rows, by the primary key.
   */
  static async countBetween(store: Store, from: number, to: number): Promise<number> {
    const row = await store.reader
      .selectFrom('tweets')
      .select((eb) => eb.fn.countAll<number>().as('tweets'))
      .where('id', '>=', tweetIdAt(from))
      .where('id', '<', tweetIdAt(to))
      .where('reblog_of_id', 'is', null)
      .executeTakeFirstOrThrow();
    return row.tweets;
  }

  async findById(id: number): Promise<Tweet | undefined> {
    return this.#store.reader
      .selectFrom('tweets')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
  }

  /** Those tweets that exist, in no order. */
  async findMany(ids: readonly number[]): Promise<Tweet[]> {
    if (ids.length === 0) return [];
    return this.#store.reader.selectFrom('tweets').selectAll().where('id', 'in', ids).execute();
  }

  /** Those of these tweets that a user has repeated. */
  async rebloggedAmong(userId: number, ids: readonly number[]): Promise<Set<number>> {
    if (ids.length === 0) return new Set();
    const rows = await this.#store.reader
      .selectFrom('tweets')
      .select('reblog_of_id')
      .where('user_id', '=', userId)
      .where('reblog_of_id', 'in', ids)
      .execute();
    return new Set(rows.flatMap(({ reblog_of_id }) => reblog_of_id ?? []));
  }

  /** The reblogs of a tweet, newest first. */
  async reblogsOf(
    tweetId: number,
    { userId, mostPrivate, below, limit }: ReblogPage,
    db: Reader = this.#store.reader,
  ): Promise<Tweet[]> {
    return db
      .selectFrom('tweets')
      .selectAll()
      .where('reblog_of_id', '=', tweetId)
      .$if(userId !== undefined, (query) => query.where('user_id', '=', userId as number))
      .$if(mostPrivate !== undefined, (query) =>
        query.where('visibility', '<=', mostPrivate as number),
      )
      .$if(below !== undefined, (query) => query.where('id', '<', below as number))
      .orderBy('id', 'desc')
      .limit(limit)
      .execute();
  }

  /** Deletes all reblogs of a tweet. @returns what they were */
  async deleteReblogsOf(tx: Tx, tweetId: number): Promise<Tweet[]> {
    const reblogs = await tx
      .selectFrom('tweets')
      .selectAll()
      .where('reblog_of_id', '=', tweetId)
      .execute();
    for (const { id } of reblogs) await this.#journal?.tweetRemoved(tx, id);
    await tx.deleteFrom('tweets').where('reblog_of_id', '=', tweetId).execute();
    return reblogs;
  }

  /** The tweet, locked until the unit ends. */
  async lock(tx: Tx, id: number): Promise<Tweet | undefined> {
    const query = tx.selectFrom('tweets').selectAll().where('id', '=', id);
    return this.#store.dialect.forUpdate(query).executeTakeFirst();
  }

  /** Changes a tweet's words, and keeps what it was. */
  async edit(
    tx: Tx,
    before: Tweet,
    after: TweetEdit,
    { media, now }: { readonly media: string; readonly now: number },
  ): Promise<void> {
    const { id, tweet, spoiler_text, is_sensitive, edited_at, created_at } = before;
    const earlier = { tweet_id: id, edited_at: edited_at ?? created_at, media };
    await tx
      .insertInto('tweets_edits')
      .values({ ...earlier, tweet, spoiler_text, is_sensitive })
      .execute();
    await tx
      .updateTable('tweets')
      .set({ ...after, edited_at: now })
      .where('id', '=', id)
      .execute();
  }

  /** What a tweet said before, the oldest first. */
  async editsOf(tweetId: number): Promise<EarlierTweet[]> {
    return this.#store.reader
      .selectFrom('tweets_edits')
      .selectAll()
      .where('tweet_id', '=', tweetId)
      .orderBy('edited_at')
      .execute();
  }

  /** The texts of those tweets that exist, in no order. */
  async findTexts(ids: readonly number[]): Promise<TweetText[]> {
    const places = ids.map(() => '?').join();
    const query = CompiledQuery.raw(
      `SELECT id, user_id, tweet FROM tweets WHERE id IN (${places})`,
      [...ids],
    ) as CompiledQuery<TweetText>;
    return (await this.#store.reader.executeQuery(query)).rows;
  }

  /**
   * Stores a tweet under a new id. The id is given here, inside the unit, so that on SQLite no
   * smaller id appears after a larger one was readable.
   *
   * @throws {ForeignKeyViolation} when the user, or the tweet it answers or repeats, is gone
   */
  async insert(tx: Tx, tweet: NewTweet): Promise<Tweet> {
    return withFreeId(async () => {
      const row = this.#rowOf(tweet);
      const { sql, parameters } = insertStatement(row);
      await tx.executeQuery(CompiledQuery.raw(sql, [...parameters]));
      await this.#journal?.tweetAdded(tx, row);
      return row;
    });
  }

  /** The same, as a unit of its own: see {@link Store.writeOne}. */
  async insertAlone(tweet: NewTweet): Promise<Tweet> {
    if (this.#journal) return this.#store.write((tx) => this.insert(tx, tweet));
    return withFreeId(async () => {
      let row: Tweet | undefined;
      await this.#store.writeOne(() => {
        row = this.#rowOf(tweet);
        return insertStatement(row);
      });
      if (!row) throw new Error('the tweet was stored before it was made');
      return row;
    });
  }

  /** The row of a new tweet, with the next id. */
  #rowOf(tweet: NewTweet): Tweet {
    const id = this.#ids.next();
    return { ...PLAIN, ...tweet, id, created_at: timeOfTweetId(id) };
  }

  /**
   * Deletes up to `limit` tweets of a user, and what others have repeated of them.
   *
   * @returns what they were, and these reblogs
   */
  static async deleteSomeOf(
    tx: Tx,
    userId: number,
    limit: number,
  ): Promise<{ tweets: Tweet[]; reblogs: Tweet[] }> {
    const tweets = await tx
      .selectFrom('tweets')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('id')
      .limit(limit)
      .execute();
    const ids = tweets.map(({ id }) => id);
    if (ids.length === 0) return { tweets, reblogs: [] };
    const reblogs = await tx
      .selectFrom('tweets')
      .selectAll()
      .where('reblog_of_id', 'in', ids)
      .execute();
    await tx.deleteFrom('tweets').where('id', 'in', ids).execute();
    return { tweets, reblogs };
  }

  /**
   * Forgets, in answers to somebody who goes, that it was he: they stay answers. There is no index to
   * find them by, so all tweets are looked at, some at a time.
   *
   * @param after an id: where to go on
   * @param rows how many tweets to look at
   * @returns where to go on next; undefined at the end
   */
  static async forgetAnswered(
    tx: Tx,
    userId: number,
    { after, rows }: { readonly after: number; readonly rows: number },
  ): Promise<number | undefined> {
    const last = await tx
      .selectFrom('tweets')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .offset(rows - 1)
      .limit(1)
      .executeTakeFirst();
    await tx
      .updateTable('tweets')
      .set({ reply_to_user_id: GONE_USER })
      .where('id', '>', after)
      .$if(last !== undefined, (query) => query.where('id', '<=', last?.id ?? 0))
      .where('reply_to_user_id', '=', userId)
      .execute();
    return last?.id;
  }

  /** @returns whether there was such a tweet */
  async delete(tx: Tx, id: number): Promise<boolean> {
    await this.#journal?.tweetRemoved(tx, id);
    const { numDeletedRows } = await tx
      .deleteFrom('tweets')
      .where('id', '=', id)
      .executeTakeFirstOrThrow();
    return numDeletedRows === 1n;
  }
}

/** Tries again with another id when somebody has this one already. */
async function withFreeId(insert: () => Promise<Tweet>): Promise<Tweet> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await insert();
    } catch (error) {
      if (!(error instanceof UniqueViolation) || attempt === ID_ATTEMPTS) throw error;
    }
  }
}

/** What a tweet is that is nothing but its text; the defaults of the columns. */
const PLAIN = {
  reply_to_id: null,
  reblog_of_id: null,
  spoiler_text: '',
  is_sensitive: 0,
  language: null,
  edited_at: null,
  reply_to_user_id: null,
  conversation_id: null,
} as const;

function insertStatement(tweet: Tweet): Statement {
  const columns = isPlain(tweet) ? PLAIN_COLUMNS : ALL_COLUMNS;
  return {
    sql: columns === PLAIN_COLUMNS ? INSERT_PLAIN : INSERT_ALL,
    parameters: columns.map((column) => tweet[column]),
  };
}

type Column = keyof Tweet;
const PLAIN_COLUMNS: readonly Column[] = ['id', 'user_id', 'tweet', 'visibility', 'created_at'];
const ALL_COLUMNS: readonly Column[] = [...PLAIN_COLUMNS, ...(Object.keys(PLAIN) as Column[])];
const insertInto = (columns: readonly Column[]) =>
  `INSERT INTO tweets (${columns.join()}) VALUES (${columns.map(() => '?').join()})`;
const INSERT_PLAIN = insertInto(PLAIN_COLUMNS);
const INSERT_ALL = insertInto(ALL_COLUMNS);

/** Most tweets are: to store fewer values costs less. */
function isPlain(tweet: Tweet): boolean {
  return (
    tweet.reply_to_id === null &&
    tweet.reblog_of_id === null &&
    tweet.spoiler_text === '' &&
    tweet.is_sensitive === 0 &&
    tweet.language === null &&
    tweet.conversation_id === null &&
    tweet.reply_to_user_id === null &&
    tweet.edited_at === null
  );
}
