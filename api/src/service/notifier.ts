/** Who is told of what. Told in the same unit of work as its cause, so neither is without the other. */
import type { Tx } from '../model/database.ts';
import type { NotificationDao } from '../model/notifications.ts';
import type { RelationDao } from '../model/relations.ts';
import type { NotificationKind } from '../model/schema.ts';
import type { Events } from './events.ts';

/** Something that somebody may want to know. */
export interface Occasion {
  /** Who is to be told. */
  readonly userId: number;
  readonly kind: NotificationKind;
  readonly fromUserId: number;
  /** Null for what has nothing to do with a tweet. */
  readonly tweetId: number | null;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** A notification that is stored once the unit is. */
export interface Noted extends Occasion {
  readonly id: number;
}

interface Dependencies {
  readonly notifications: NotificationDao;
  readonly relations: RelationDao;
  readonly events: Events;
}

/** Many of these within a day are shown as one. */
const GROUPED: ReadonlySet<NotificationKind> = new Set(['favourite', 'reblog', 'follow']);
const DAY_MS = 86_400_000;

export class Notifier {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Notes it, unless it is one's own doing, is known already, or those two have blocked or muted
   * each other.
   *
   * @returns undefined when nobody is told
   */
  async note(tx: Tx, occasion: Occasion): Promise<Noted | undefined> {
    const { notifications, relations } = this.#deps;
    const { userId, kind, fromUserId, tweetId, now } = occasion;
    if (userId === fromUserId) return undefined;
    const relation = (await relations.find(userId, [fromUserId], now, tx)).get(fromUserId);
    if (relation?.blocks || relation?.isBlockedBy || relation?.mutesNotifications) return undefined;
    const row = { user_id: userId, kind, from_user_id: fromUserId, tweet_id: tweetId };
    // An edit may be told of again, a favourite that comes back not.
    if (kind !== 'update' && (await notifications.exists(tx, row))) return undefined;
    const id = await notifications.insert(tx, {
      ...row,
      group_key: groupOf(occasion),
      created_at: now,
    });
    return { ...occasion, id };
  }

  /** To be called with what was noted, once it is stored. */
  told(noted: readonly (Noted | undefined)[]): void {
    for (const one of noted) {
      if (!one) continue;
      const { id: notificationId, userId, kind: about } = one;
      this.#deps.events.publish({ kind: 'notified', notificationId, userId, about });
    }
  }
}

/** Empty for what stands alone. */
function groupOf({ kind, tweetId, now }: Occasion): string {
  if (!GROUPED.has(kind)) return '';
  return `${kind}-${tweetId ?? 0}-${Math.floor(now / DAY_MS)}`;
}
