/** Muting: somebody's tweets are not shown to the viewer, and he does not know. */
import type { Mute, MuteDao } from '../model/mutes.ts';
import type { Page } from '../model/pages.ts';
import { DomainError } from './errors.ts';
import type { Clock, Log } from './ports.ts';
import type { RelationChanges } from './relation-changes.ts';
import type { Viewer } from './sessions.ts';

export type { Mute };

interface Dependencies {
  readonly mutes: MuteDao;
  readonly relationChanges: RelationChanges;
  readonly now: Clock;
  readonly log: Log;
}

/** What is wanted of a mute. */
export interface MuteWishes {
  /** Whether the viewer is not told of what he does either. */
  readonly hidesNotifications: boolean;
  /** Seconds; 0 for no end. */
  readonly seconds: number;
}

/** People whose ended mutes are forgotten in one round. */
const SWEPT_AT_ONCE = 1000;

export class MuteService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Mutes somebody on these terms, whatever they were before.
   *
   * @throws {DomainError} `relation_self`, `user_not_found`
   */
  async mute(
    { userId }: Viewer,
    mutedUserId: number,
    { hidesNotifications, seconds }: MuteWishes,
  ): Promise<void> {
    const { mutes, relationChanges, now } = this.#deps;
    if (userId === mutedUserId) throw new DomainError('relation_self');
    const at = now();
    const terms = { hidesNotifications, expiresAt: seconds === 0 ? null : at + seconds * 1000 };
    await relationChanges.write([userId], (tx) => mutes.put(tx, userId, mutedUserId, terms, at));
  }

  /** Nothing happens when he was not muted. */
  async unmute({ userId }: Viewer, mutedUserId: number): Promise<void> {
    const { mutes, relationChanges } = this.#deps;
    await relationChanges.write([userId], (tx) => mutes.delete(tx, userId, mutedUserId));
  }

  /** A page of those whom the viewer has muted. */
  async page({ userId }: Viewer, page: Page): Promise<Mute[]> {
    return this.#deps.mutes.page(userId, page, this.#deps.now());
  }

  /** Forgets what has ended, and tells whose timelines show more from now on. */
  async sweep(): Promise<void> {
    const { mutes, relationChanges, now, log } = this.#deps;
    const at = now();
    try {
      for (const userId of await mutes.whoseHaveEnded(at, SWEPT_AT_ONCE)) {
        await relationChanges.write([userId], (tx) => mutes.deleteEnded(tx, userId, at));
      }
    } catch (error) {
      log.warn({ err: error }, 'mutes that have ended could not be forgotten yet');
    }
  }
}
