import { ForeignKeyViolation } from '../model/database.ts';
import type { FollowDao } from '../model/follows.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { TimelineService } from './timelines.ts';

interface Dependencies {
  readonly follows: FollowDao;
  readonly timelines: TimelineService;
  readonly now: Clock;
}

export class FollowService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Twice is once.
   *
   * @throws {DomainError} `follow_self`, `user_not_found`
   */
  async follow({ userId }: Viewer, followUserId: number): Promise<void> {
    const { follows, timelines, now } = this.#deps;
    if (userId === followUserId) throw new DomainError('follow_self');
    try {
      await follows.insertAlone(userId, followUserId, now());
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('user_not_found') : error;
    } finally {
      // Also after a failure: what became of it may not be known.
      timelines.followsChanged(userId);
    }
  }

  /** Nothing happens when he did not follow, or nobody has that id. */
  async unfollow({ userId }: Viewer, followUserId: number): Promise<void> {
    const { follows, timelines } = this.#deps;
    try {
      await follows.deleteAlone(userId, followUserId);
    } finally {
      timelines.followsChanged(userId);
    }
  }
}
