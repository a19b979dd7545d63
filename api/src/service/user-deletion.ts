/**
 * What it is to delete somebody: the one home of that rule, for people themselves and for
 * administrators. Of him there stays a tombstone, his id and a keyed hash of his user name.
 */
import type { Store, Tx } from '../model/database.ts';
import type { DoomedObjectDao } from '../model/doomed-objects.ts';
import type { FollowDao } from '../model/follows.ts';
import type { FormerUserDao } from '../model/former-users.ts';
import type { MediaDao } from '../model/media.ts';
import type { SessionDao } from '../model/sessions.ts';
import { type Tweet, TweetDao } from '../model/tweets.ts';
import type { UserDeletionDao } from '../model/user-deletions.ts';
import type { UserDao } from '../model/users.ts';
import { discardMedia } from './media.ts';
import type { Clock } from './ports.ts';
import type { SearchIndex } from './search-index.ts';

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly formerUsers: FormerUserDao;
  readonly userDeletions: UserDeletionDao;
  readonly sessions: SessionDao;
  readonly follows: FollowDao;
  readonly media: MediaDao;
  readonly searchIndex: SearchIndex;
  readonly doomed: DoomedObjectDao;
  readonly now: Clock;
}

export interface DeletionOptions {
  /** Is told of tweets once they are gone: his, and what others have repeated of his. */
  readonly onGone?: ((tweets: readonly Tweet[]) => void) | undefined;
  /** Breaks it off between two units; it can be done again from there. */
  readonly signal?: AbortSignal | undefined;
}

/** So that others are not kept from writing for long. */
const ROWS_PER_UNIT = 500;
/** Tweets that are looked at, not written, in one unit. */
const ROWS_PER_LOOK = 5000;

export class UserDeletion {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Begins it: nobody sees him from now on, and he is logged out for good. What is left is remembered
   * until {@link finish} has come to its end.
   *
   * @returns the `jti` of his sessions
   */
  async begin(tx: Tx, userId: number): Promise<string[]> {
    const { users, userDeletions, sessions, now } = this.#deps;
    await users.update(tx, userId, { state: 'suspended' }, now());
    await userDeletions.insert(tx, userId, now());
    return sessions.revokeAllOf(tx, userId, now());
  }

  /**
   * Deletes him with everything of his, in many small units. Twice is once.
   *
   * @throws whatever `signal` was aborted with
   */
  async finish(userId: number, { onGone, signal }: DeletionOptions = {}): Promise<void> {
    const { store, follows } = this.#deps;
    const inSteps = async (step: (tx: Tx) => Promise<number>) => {
      do signal?.throwIfAborted();
      while ((await store.write(step)) === ROWS_PER_UNIT);
    };
    await this.#deleteTweets(userId, { onGone, signal });
    await inSteps((tx) => this.#deleteSomeMedia(tx, userId));
    await inSteps((tx) => follows.deleteSomeFollowers(tx, userId, ROWS_PER_UNIT));
    await this.#forgetAnswered(userId, signal);
    await store.write((tx) => this.#deleteRow(tx, userId));
  }

  async #deleteTweets(userId: number, { onGone, signal }: DeletionOptions): Promise<void> {
    const { store, searchIndex } = this.#deps;
    for (let count = ROWS_PER_UNIT; count === ROWS_PER_UNIT;) {
      signal?.throwIfAborted();
      const { tweets, reblogs } = await store.write(async (tx) => {
        const gone = await TweetDao.deleteSomeOf(tx, userId, ROWS_PER_UNIT);
        for (const tweet of gone.tweets) await searchIndex.tweetDeleted(tx, tweet);
        return gone;
      });
      onGone?.([...tweets, ...reblogs]);
      count = tweets.length;
    }
  }

  /** @returns how many those were */
  async #deleteSomeMedia(tx: Tx, userId: number): Promise<number> {
    const some = await this.#deps.media.lockSomeOf(tx, userId, ROWS_PER_UNIT);
    await discardMedia(tx, this.#deps, some);
    return some.length;
  }

  async #forgetAnswered(userId: number, signal: AbortSignal | undefined): Promise<void> {
    for (let after: number | undefined = 0; after !== undefined;) {
      signal?.throwIfAborted();
      const part: { after: number; rows: number } = { after, rows: ROWS_PER_LOOK };
      after = await this.#deps.store.write((tx) => TweetDao.forgetAnswered(tx, userId, part));
    }
  }

  async #deleteRow(tx: Tx, id: number): Promise<void> {
    const { users, formerUsers, doomed, now } = this.#deps;
    const user = await users.lock(tx, id);
    // Somebody else has done it meanwhile.
    if (!user) return;
    for (const object of [user.profile_picture, user.header_picture]) {
      if (object !== null) await doomed.doom(tx, object, now());
    }
    // Of uploads that were under way when the others went.
    while ((await this.#deleteSomeMedia(tx, id)) > 0);
    await formerUsers.insert(tx, id, user.username_key, now());
    await users.delete(tx, id);
  }
}
