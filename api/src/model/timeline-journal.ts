/**
 * What servers must agree on when they keep lists of timelines outside the database: which lists may
 * be believed, and which tweets are not in all of them yet. It is written in the transaction of the
 * change itself, so a server may die at any moment. Why that is enough: docs/adr/0009.
 */
import { CompiledQuery } from 'kysely';
import type { Store, Tx } from './database.ts';
import { VISIBILITY } from './schema.ts';
import type { TimelineEntry } from './timelines.ts';

/** What must be known to believe a viewer's list. */
export interface ListState {
  /** Which lists may be believed at all; empty before the first. */
  readonly epoch: string;
  /** Undefined while he is nobody's audience. */
  readonly viewer: { readonly generation: number; readonly readAt: number } | undefined;
  /** Tweets of his timeline that may be missing from his list. */
  readonly unpushed: readonly TimelineEntry[];
}

/** Somebody whose list a tweet of `author` belongs to. */
export interface Listener {
  readonly author: number;
  readonly viewer: number;
  readonly generation: number;
}

/** A tweet as far as the journal is concerned. */
type JournalTweet = TimelineEntry & { readonly reblog_of_id: number | null };

const EPOCH_ROW = 1;
/** Rows per statement. */
const CHUNK = 1000;

export class TimelineJournal {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** To be told of a new tweet, in its own transaction. */
  async tweetAdded(tx: Tx, tweet: JournalTweet): Promise<void> {
    const { id: tweet_id, user_id, visibility, reblog_of_id } = tweet;
    if (visibility >= VISIBILITY.direct || reblog_of_id !== null) return;
    await tx.insertInto('timeline_outbox').values({ tweet_id, user_id, visibility }).execute();
  }

  /** To be told before a tweet is deleted, in the same transaction. */
  async tweetRemoved(tx: Tx, tweetId: number): Promise<void> {
    const tweet = await tx
      .selectFrom('tweets')
      .select('user_id')
      .where('id', '=', tweetId)
      .executeTakeFirst();
    if (tweet) await this.userChanged(tx, tweet.user_id);
  }

  /** To be told, in the same transaction, when somebody follows others than before. */
  async followsChanged(tx: Tx, userId: number): Promise<void> {
    // He does not become an audience between the raise and the commit.
    const user = tx.selectFrom('users').select('id').where('id', '=', userId);
    await this.#store.dialect.forShare(user).execute();
    await this.#raise(tx, [userId]);
  }

  /**
   * To be told, in the same transaction, when somebody's tweets are shown or hidden, or when he goes;
   * in that case before.
   */
  async userChanged(tx: Tx, userId: number): Promise<void> {
    // Nobody begins to follow him, or to be an audience, between the look and the commit.
    await this.#lock(tx, userId);
    const followers = await tx
      .selectFrom('users_follow_list as follow')
      .innerJoin('timeline_viewers as viewer', 'viewer.user_id', 'follow.user_id')
      .where('follow.follow_user_id', '=', userId)
      .select('viewer.user_id')
      .execute();
    await this.#raise(tx, [userId, ...followers.map(({ user_id }) => user_id)]);
  }

  /** What must be known to believe the list of a viewer, all of one moment. */
  async state(userId: number): Promise<ListState> {
    const query = CompiledQuery.raw(STATE_SQL, [userId, userId, userId]) as CompiledQuery<StateRow>;
    const { rows } = await this.#store.reader.executeQuery(query);
    const viewer = rows.find(({ kind }) => kind === 'viewer');
    return {
      epoch: rows.find(({ kind }) => kind === 'epoch')?.epoch ?? '',
      viewer: viewer && { generation: viewer.a, readAt: viewer.b },
      unpushed: rows
        .filter(({ kind }) => kind === 'tweet')
        .map(({ a: id, b: user_id, c: visibility }) => ({ id, user_id, visibility })),
    };
  }

  /** Which lists may be believed at all; empty before the first. */
  async epoch(): Promise<string> {
    const row = await this.#store.reader
      .selectFrom('timeline_epochs')
      .select('epoch')
      .where('id', '=', EPOCH_ROW)
      .executeTakeFirst();
    return row?.epoch ?? '';
  }

  /**
   * Ends the epoch `from`, and with it every list; nothing happens when it has ended already.
   *
   * @param upTo when given, tweets up to this id are taken out of the outbox: the lists to come are
   *   read after them
   */
  async renewEpoch(from: string, to: string, upTo?: number): Promise<void> {
    await this.#store.write(async (tx) => {
      await tx
        .insertInto('timeline_epochs')
        .ignore()
        .values({ id: EPOCH_ROW, epoch: '' })
        .execute();
      const { numUpdatedRows } = await tx
        .updateTable('timeline_epochs')
        .set({ epoch: to })
        .where('id', '=', EPOCH_ROW)
        .where('epoch', '=', from)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n || upTo === undefined) return;
      await tx.deleteFrom('timeline_outbox').where('tweet_id', '<=', upTo).execute();
    });
  }

  /**
   * Makes somebody an audience, so that tweets are pushed to him from now on.
   *
   * @param now epoch milliseconds; also his first generation, which is above all that he may have
   *   had before
   * @returns false when there is no such user
   */
  async addViewer(userId: number, now: number): Promise<boolean> {
    return this.#store.write(async (tx) => {
      if (!(await this.#lock(tx, userId))) return false;
      // Whoever takes tweets away right now has looked for his audience already: wait for him.
      const authors = tx
        .selectFrom('users')
        .innerJoin('users_follow_list as follow', 'follow.follow_user_id', 'users.id')
        .where('follow.user_id', '=', userId)
        .select('users.id');
      await this.#store.dialect.forShare(authors).execute();
      await tx
        .insertInto('timeline_viewers')
        .ignore()
        .values({ user_id: userId, generation: now, read_at: now })
        .execute();
      return true;
    });
  }

  /** Notes that somebody has read his list. @param now epoch milliseconds */
  async touchViewer(userId: number, now: number): Promise<void> {
    await this.#store.writeOne(() => ({
      sql: 'UPDATE timeline_viewers SET read_at = ? WHERE user_id = ?',
      parameters: [now, userId],
    }));
  }

  /** Forgets some of those who have not read since `before`, in epoch milliseconds. */
  async deleteIdleViewers(before: number): Promise<void> {
    const rows = await this.#store.reader
      .selectFrom('timeline_viewers')
      .select('user_id')
      .where('read_at', '<', before)
      .orderBy('read_at')
      .limit(CHUNK)
      .execute();
    const ids = rows.map(({ user_id }) => user_id);
    if (ids.length === 0) return;
    await this.#store.write(async (tx) => {
      const idle = tx.deleteFrom('timeline_viewers').where('user_id', 'in', ids);
      await idle.where('read_at', '<', before).execute();
    });
  }

  /**
   * Those to whom the tweets of some authors in good standing belong, in parts of `limit` at most.
   * Ask after the tweets were committed.
   */
  async *listeners(authors: readonly number[], limit: number): AsyncGenerator<Listener[]> {
    const own = await this.#store.reader
      .selectFrom('timeline_viewers as viewer')
      .innerJoin('users', 'users.id', 'viewer.user_id')
      .where('users.state', '=', 'active')
      .where('users.id', 'in', authors)
      .select(['users.id as author', 'viewer.user_id as viewer', 'viewer.generation'])
      .execute();
    yield own;
    for (let after: Listener | undefined; ;) {
      const part = await this.#followersAfter(authors, after, limit);
      yield part;
      if (part.length < limit) return;
      after = part.at(-1);
    }
  }

  /** The oldest tweets in the outbox below the id `below`, oldest first. */
  async unpushed(below: number, limit: number): Promise<TimelineEntry[]> {
    return this.#store.reader
      .selectFrom('timeline_outbox')
      .select(['tweet_id as id', 'user_id', 'visibility'])
      .where('tweet_id', '<', below)
      .orderBy('tweet_id')
      .limit(limit)
      .execute();
  }

  /** Which of these tweets are in the outbox still. */
  async stillUnpushed(tweetIds: readonly number[]): Promise<Set<number>> {
    const rows = await this.#store.reader
      .selectFrom('timeline_outbox')
      .select('tweet_id')
      .where('tweet_id', 'in', tweetIds)
      .execute();
    return new Set(rows.map(({ tweet_id }) => tweet_id));
  }

  /** Takes tweets out of the outbox that are in every list they belong to. */
  async pushed(tweetIds: readonly number[]): Promise<void> {
    await this.#store.writeOne(() => ({
      sql: `DELETE FROM timeline_outbox WHERE tweet_id IN (${tweetIds.map(() => '?').join()})`,
      parameters: tweetIds,
    }));
  }

  /** In the order of the index (follow_user_id, user_id). */
  async #followersAfter(
    authors: readonly number[],
    after: Listener | undefined,
    limit: number,
  ): Promise<Listener[]> {
    const rest = authors.filter((author) => author > (after?.author ?? 0));
    return this.#store.reader
      .selectFrom('users_follow_list as follow')
      .innerJoin('timeline_viewers as viewer', 'viewer.user_id', 'follow.user_id')
      .innerJoin('users', 'users.id', 'follow.follow_user_id')
      .where('users.state', '=', 'active')
      .where((is) =>
        is.or([
          ...(rest.length > 0 ? [is('follow.follow_user_id', 'in', rest)] : []),
          ...(after
            ? [
                is.and([
                  is('follow.follow_user_id', '=', after.author),
                  is('follow.user_id', '>', after.viewer),
                ]),
              ]
            : []),
        ]),
      )
      .select([
        'follow.follow_user_id as author',
        'follow.user_id as viewer',
        'viewer.generation as generation',
      ])
      .orderBy('follow.follow_user_id')
      .orderBy('follow.user_id')
      .limit(limit)
      .execute();
  }

  /** @returns whether there is such a user */
  async #lock(tx: Tx, userId: number): Promise<boolean> {
    const query = tx.selectFrom('users').select('id').where('id', '=', userId);
    return (await this.#store.dialect.forUpdate(query).executeTakeFirst()) !== undefined;
  }

  async #raise(tx: Tx, viewers: readonly number[]): Promise<void> {
    for (let at = 0; at < viewers.length; at += CHUNK) {
      await tx
        .updateTable('timeline_viewers')
        .set((row) => ({ generation: row('generation', '+', 1) }))
        .where('user_id', 'in', viewers.slice(at, at + CHUNK))
        .execute();
    }
  }
}

interface StateRow {
  readonly kind: 'epoch' | 'viewer' | 'tweet';
  readonly epoch: string;
  readonly a: number;
  readonly b: number;
  readonly c: number;
}

/** One statement sees one moment. The outbox is short: it has what is on its way to Redis. */
const STATE_SQL = `
  SELECT 'epoch' AS kind, epoch, 0 AS a, 0 AS b, 0 AS c
  FROM timeline_epochs WHERE id = ${EPOCH_ROW}
  UNION ALL SELECT 'viewer', '', generation, read_at, 0 FROM timeline_viewers WHERE user_id = ?
  UNION ALL SELECT 'tweet', '', outbox.tweet_id, outbox.user_id, outbox.visibility
  FROM timeline_outbox AS outbox JOIN users ON users.id = outbox.user_id
  WHERE users.state = 'active' AND (outbox.user_id = ? OR EXISTS (
    SELECT 1 FROM users_follow_list AS follow
    WHERE follow.user_id = ? AND follow.follow_user_id = outbox.user_id))`;
