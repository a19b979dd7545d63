/**
 * Notifications as they are read: without those of people who have been blocked, muted or suspended
 * since, so that blocking somebody cleans up behind him and ending the block brings all back.
 */
import type { Store } from './database.ts';
import type { Notification } from './notifications.ts';
import type { NotificationKind } from './schema.ts';

/** Whose notifications are wanted, and which of them. */
export interface NotificationsWanted {
  readonly userId: number;
  readonly kinds: readonly NotificationKind[];
  readonly fromUserId?: number | undefined;
  /** Epoch milliseconds; mutes that have ended by then do not count. */
  readonly now: number;
}

/** Which part of them. */
export interface NotificationRange {
  /** Smaller ids only. */
  readonly below: number | undefined;
  /** Larger ids only. */
  readonly above: number | undefined;
  /** The ones just above `above`, not the newest. */
  readonly fromBelow: boolean;
  readonly limit: number;
}

/** From and to which id, both included. */
export interface IdWindow {
  readonly low: number;
  readonly high: number;
}

/** What is known of a group up to the end of a page. */
export interface GroupSummary {
  /** How many there are, counted up to {@link COUNTED_MOST}. */
  readonly count: number;
  /** The oldest one on the page. */
  readonly oldestId: number;
  /** The newest ones, {@link SAMPLE} at most. */
  readonly newest: readonly Notification[];
}

/** Of how many a group shows who they came from. */
export const SAMPLE = 8;
/** Nobody counts further. */
export const COUNTED_MOST = 1000;

/** The table `notifications`, as it is read. */
export class NotificationPageDao {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** A page, newest first. */
  async page(wanted: NotificationsWanted, range: NotificationRange): Promise<Notification[]> {
    const { fromBelow, limit } = range;
    if (wanted.kinds.length === 0) return [];
    const rows = await this.#within(wanted, range)
      .orderBy('notifications.id', fromBelow ? 'asc' : 'desc')
      .limit(limit)
      .execute();
    return fromBelow ? rows.toReversed() : rows;
  }

  /** Of a page, without any of these groups, in the order in which it is read. */
  async pageWithout(
    groupKeys: readonly string[],
    wanted: NotificationsWanted,
    range: NotificationRange,
  ): Promise<Notification[]> {
    if (wanted.kinds.length === 0) return [];
    return this.#within(wanted, range)
      .$if(groupKeys.length > 0, (query) =>
        query.where('notifications.group_key', 'not in', groupKeys),
      )
      .orderBy('notifications.id', range.fromBelow ? 'asc' : 'desc')
      .limit(range.limit)
      .execute();
  }

  /** A page of one group, newest first. */
  async pageOfGroup(
    groupKey: string,
    wanted: NotificationsWanted,
    range: NotificationRange,
  ): Promise<Notification[]> {
    const { fromBelow, limit } = range;
    const rows = await this.#within(wanted, range)
      .where('notifications.group_key', '=', groupKey)
      .orderBy('notifications.id', fromBelow ? 'asc' : 'desc')
      .limit(limit)
      .execute();
    return fromBelow ? rows.toReversed() : rows;
  }

  async find(wanted: NotificationsWanted, id: number): Promise<Notification | undefined> {
    return this.#shown(wanted).where('notifications.id', '=', id).executeTakeFirst();
  }

  /** Those that came after the last one that he has read, newest first; `most` at most. */
  async unread(wanted: NotificationsWanted, most: number): Promise<Notification[]> {
    const marker = await this.#store.reader
      .selectFrom('markers')
      .select('last_read_id')
      .where('user_id', '=', wanted.userId)
      .where('timeline', '=', 'notifications')
      .executeTakeFirst();
    const above = marker?.last_read_id;
    return this.page(wanted, { below: undefined, above, fromBelow: false, limit: most });
  }

  /** What is known of some groups, by key, when nothing above the window is looked at. */
  async summaries(
    groupKeys: readonly string[],
    wanted: NotificationsWanted,
    window: IdWindow,
  ): Promise<Map<string, GroupSummary>> {
    const summaries = new Map<string, GroupSummary>();
    for (const key of groupKeys) summaries.set(key, await this.#summary(key, wanted, window));
    return summaries;
  }

  async #summary(
    groupKey: string,
    wanted: NotificationsWanted,
    { low, high }: IdWindow,
  ): Promise<GroupSummary> {
    const ofGroup = this.#shown(wanted)
      .where('notifications.group_key', '=', groupKey)
      .where('notifications.id', '<=', high)
      .orderBy('notifications.id', 'desc');
    const [newest, { count, oldest }] = await Promise.all([
      ofGroup.limit(SAMPLE).execute(),
      this.#store.reader
        .selectFrom(ofGroup.limit(COUNTED_MOST).as('counted'))
        .select((eb) => [
          eb.fn.countAll<number>().as('count'),
          eb.fn
            .min<number | null>(eb.case().when('id', '>=', low).then(eb.ref('id')).end())
            .as('oldest'),
        ])
        .executeTakeFirstOrThrow(),
    ]);
    return { newest, count, oldestId: oldest ?? low };
  }

  #within(wanted: NotificationsWanted, { below, above }: NotificationRange) {
    return this.#shown(wanted)
      .$if(below !== undefined, (query) => query.where('notifications.id', '<', below as number))
      .$if(above !== undefined, (query) => query.where('notifications.id', '>', above as number));
  }

  #shown({ userId, kinds, fromUserId, now }: NotificationsWanted) {
    return this.#store.reader
      .selectFrom('notifications')
      .innerJoin('users', 'users.id', 'notifications.from_user_id')
      .selectAll('notifications')
      .where('users.state', '=', 'active')
      .where('notifications.user_id', '=', userId)
      .where('notifications.kind', 'in', kinds)
      .$if(fromUserId !== undefined, (query) =>
        query.where('notifications.from_user_id', '=', fromUserId as number),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('blocks')
              .select('blocks.id')
              .where('blocks.user_id', '=', userId)
              .whereRef('blocks.blocked_user_id', '=', 'notifications.from_user_id'),
          ),
        ),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('blocks')
              .select('blocks.id')
              .where('blocks.blocked_user_id', '=', userId)
              .whereRef('blocks.user_id', '=', 'notifications.from_user_id'),
          ),
        ),
      )
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('mutes')
              .select('mutes.id')
              .where('mutes.user_id', '=', userId)
              .whereRef('mutes.muted_user_id', '=', 'notifications.from_user_id')
              .where('mutes.hides_notifications', '=', 1)
              .where((mute) =>
                mute.or([mute('expires_at', 'is', null), mute('expires_at', '>', now)]),
              ),
          ),
        ),
      );
  }
}
