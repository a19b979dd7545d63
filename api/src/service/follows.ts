/** Following: at once, or by asking whoever is locked. */
import type { BlockDao } from '../model/blocks.ts';
import type { Tx } from '../model/database.ts';
import type { EndorsementDao } from '../model/endorsements.ts';
import type { FollowRequest, FollowRequestDao } from '../model/follow-requests.ts';
import type { FollowDao, FollowWishes } from '../model/follows.ts';
import type { NotificationDao } from '../model/notifications.ts';
import type { Page } from '../model/pages.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Noted, Notifier } from './notifier.ts';
import type { Clock } from './ports.ts';
import type { RelationChanges } from './relation-changes.ts';
import type { Viewer } from './sessions.ts';

export type { FollowWishes };

interface Dependencies {
  readonly users: UserDao;
  readonly follows: FollowDao;
  readonly followRequests: FollowRequestDao;
  readonly blocks: BlockDao;
  readonly endorsements: EndorsementDao;
  readonly notifications: NotificationDao;
  readonly notifier: Notifier;
  readonly relationChanges: RelationChanges;
  readonly now: Clock;
}

/** Requests that are granted side by side when an account is unlocked. */
const GRANTED_AT_ONCE = 100;

export class FollowService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Follows somebody, or asks him if he is locked. Twice is once, with the later wishes.
   *
   * @throws {DomainError} `follow_self`, `follow_refused`, `user_not_found`
   */
  async follow({ userId }: Viewer, followUserId: number, wishes: FollowWishes = {}): Promise<void> {
    const { users, relationChanges, notifier } = this.#deps;
    if (userId === followUserId) throw new DomainError('follow_self');
    const other = await users.findById(followUserId);
    if (other?.state !== 'active') throw new DomainError('user_not_found');
    const noted = await relationChanges.write([userId], (tx) =>
      other.is_locked === 1
        ? this.#ask(tx, userId, followUserId, wishes)
        : this.#begin(tx, userId, followUserId, wishes),
    );
    notifier.told([noted]);
  }

  /** Nothing happens when he did not follow, or nobody has that id. A request ends, too. */
  async unfollow({ userId }: Viewer, followUserId: number): Promise<void> {
    await this.#deps.relationChanges.write([userId], (tx) => this.end(tx, userId, followUserId));
  }

  /** The other does not follow any more. Nothing happens when he did not. */
  async removeFollower({ userId }: Viewer, followerId: number): Promise<void> {
    await this.#deps.relationChanges.write([followerId], (tx) => this.end(tx, followerId, userId));
  }

  /** A page of those who would like to follow the viewer. */
  async requests({ userId }: Viewer, page: Page): Promise<Pick<FollowRequest, 'id' | 'user_id'>[]> {
    return this.#deps.followRequests.page(userId, page);
  }

  /**
   * Lets somebody follow who has asked.
   *
   * @throws {DomainError} `follow_request_not_found`, `follow_refused`
   */
  async authorize({ userId }: Viewer, requesterId: number): Promise<void> {
    const { followRequests, relationChanges, notifier } = this.#deps;
    const noted = await relationChanges.write([requesterId, userId], async (tx) => {
      const request = await followRequests.take(tx, requesterId, userId);
      if (!request) throw new DomainError('follow_request_not_found');
      await this.#withdraw(tx, request);
      return this.#begin(tx, requesterId, userId, {
        showsReblogs: request.shows_reblogs === 1,
        notifies: request.notifies === 1,
      });
    });
    notifier.told([noted]);
  }

  /** @throws {DomainError} `follow_request_not_found` */
  async reject({ userId }: Viewer, requesterId: number): Promise<void> {
    const { followRequests, relationChanges } = this.#deps;
    await relationChanges.write([requesterId, userId], async (tx) => {
      const request = await followRequests.take(tx, requesterId, userId);
      if (!request) throw new DomainError('follow_request_not_found');
      await this.#withdraw(tx, request);
    });
  }

  /** Lets everybody follow who has asked: the account is not locked any more. */
  async authorizeAll(viewer: Viewer): Promise<void> {
    const page = { below: undefined, above: undefined, fromBelow: false, limit: GRANTED_AT_ONCE };
    for (;;) {
      const requests = await this.requests(viewer, page);
      await Promise.all(requests.map(({ user_id }) => this.#authorizeIfThere(viewer, user_id)));
      if (requests.length < GRANTED_AT_ONCE) return;
    }
  }

  /** Ends within a unit that somebody follows another, or has asked to, and what came with it. */
  async end(tx: Tx, userId: number, followUserId: number): Promise<void> {
    const { followRequests, follows, endorsements, notifications } = this.#deps;
    // The request first: whoever is granting it has a follow behind it.
    const request = await followRequests.take(tx, userId, followUserId);
    if (request) await this.#withdraw(tx, request);
    if (!(await follows.delete(tx, userId, followUserId))) return;
    // Only people whom one follows can be shown.
    await endorsements.delete(tx, userId, followUserId);
    await notifications.withdraw(tx, userId, 'follow', { userId: followUserId });
  }

  async #begin(
    tx: Tx,
    userId: number,
    followUserId: number,
    wishes: FollowWishes,
  ): Promise<Noted | undefined> {
    const { follows, followRequests, now } = this.#deps;
    const isNew = await follows.insert(tx, userId, followUserId, now(), wishes);
    await this.#refuseBlocked(tx, userId, followUserId);
    if (!isNew) return undefined;
    const request = await followRequests.take(tx, userId, followUserId);
    if (request) await this.#withdraw(tx, request);
    return this.#note(tx, userId, followUserId, 'follow');
  }

  async #ask(
    tx: Tx,
    userId: number,
    followUserId: number,
    wishes: FollowWishes,
  ): Promise<Noted | undefined> {
    const { follows, followRequests, now } = this.#deps;
    const isNew = await followRequests.put(tx, userId, followUserId, wishes, now());
    await this.#refuseBlocked(tx, userId, followUserId);
    // Asked behind it: the other may be granting an earlier request right now.
    if (await follows.change(tx, userId, followUserId, wishes)) {
      await followRequests.take(tx, userId, followUserId);
      return undefined;
    }
    return isNew ? this.#note(tx, userId, followUserId, 'follow_request') : undefined;
  }

  /** Behind the follow: see {@link BlockDao.isBetween}. */
  async #refuseBlocked(tx: Tx, userId: number, followUserId: number): Promise<void> {
    const isBlocked = await this.#deps.blocks.isBetween(tx, userId, followUserId);
    if (isBlocked) throw new DomainError('follow_refused');
  }

  /** Nobody is told of a request any more that is not there. */
  async #withdraw(tx: Tx, { user_id, follow_user_id }: FollowRequest): Promise<void> {
    const { notifications } = this.#deps;
    await notifications.withdraw(tx, user_id, 'follow_request', { userId: follow_user_id });
  }

  async #note(
    tx: Tx,
    userId: number,
    followUserId: number,
    kind: 'follow' | 'follow_request',
  ): Promise<Noted | undefined> {
    const { notifier, now } = this.#deps;
    const occasion = { kind, fromUserId: userId, tweetId: null, now: now() };
    return notifier.note(tx, { ...occasion, userId: followUserId });
  }

  /** He may take it back, or block, meanwhile. */
  async #authorizeIfThere(viewer: Viewer, requesterId: number): Promise<void> {
    try {
      await this.authorize(viewer, requesterId);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
  }
}
