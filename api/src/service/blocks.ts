/** Blocking: those two have nothing to do with each other any more. */
import type { Block, BlockDao } from '../model/blocks.ts';
import type { Page } from '../model/pages.ts';
import { DomainError } from './errors.ts';
import type { FollowService } from './follows.ts';
import type { Clock } from './ports.ts';
import type { RelationChanges } from './relation-changes.ts';
import type { Viewer } from './sessions.ts';

export type { Block };

interface Dependencies {
  readonly blocks: BlockDao;
  readonly followService: FollowService;
  readonly relationChanges: RelationChanges;
  readonly now: Clock;
}

export class BlockService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Blocks somebody: neither follows the other any more, he does not see the viewer's tweets, and the
   * viewer is not told of what he does. Twice is once.
   *
   * @throws {DomainError} `relation_self`, `user_not_found`
   */
  async block({ userId }: Viewer, blockedUserId: number): Promise<void> {
    const { blocks, followService, relationChanges, now } = this.#deps;
    if (userId === blockedUserId) throw new DomainError('relation_self');
    await relationChanges.write([userId, blockedUserId], async (tx) => {
      // The block comes first: whoever begins to follow right now looks for it at the end.
      await blocks.insert(tx, userId, blockedUserId, now());
      await followService.end(tx, userId, blockedUserId);
      await followService.end(tx, blockedUserId, userId);
    });
  }

  /** Nothing happens when he was not blocked. Who followed whom before stays forgotten. */
  async unblock({ userId }: Viewer, blockedUserId: number): Promise<void> {
    const { blocks, relationChanges } = this.#deps;
    await relationChanges.write([userId, blockedUserId], (tx) =>
      blocks.delete(tx, userId, blockedUserId),
    );
  }

  /** A page of those whom the viewer has blocked. */
  async page({ userId }: Viewer, page: Page): Promise<Block[]> {
    return this.#deps.blocks.page(userId, page);
  }
}
