/** What somebody is told of, as he reads it. How it comes about: `Notifier`. */
import type { Store } from '../model/database.ts';
import type {
  NotificationPageDao,
  NotificationRange,
  NotificationsWanted,
} from '../model/notification-pages.ts';
import type { Notification, NotificationDao } from '../model/notifications.ts';
import type { NotificationKind } from '../model/schema.ts';
import { DomainError } from './errors.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { TweetView, TweetViews } from './tweet-views.ts';
import type { UserView, UserViews } from './user-views.ts';

export type { Notification, NotificationKind, NotificationRange };

export const NOTIFICATION_KINDS = [
  'mention',
  'status',
  'reblog',
  'follow',
  'follow_request',
  'favourite',
  'update',
] as const satisfies readonly NotificationKind[];

/** Which notifications are wanted. */
export interface NotificationChoice {
  readonly kinds: readonly NotificationKind[];
  readonly fromUserId?: number | undefined;
}

/** One notification, ready for a presenter. */
export interface NotificationView {
  readonly notification: Notification;
  readonly from: UserView;
  /** Undefined where it is about no tweet. */
  readonly tweet: TweetView | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly notifications: NotificationDao;
  readonly notificationPages: NotificationPageDao;
  readonly tweetViews: TweetViews;
  readonly userViews: UserViews;
  readonly now: Clock;
}

/** What is about people who have been blocked or muted, or tweets that are gone, is not shown. */
export class NotificationService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * A page, newest first.
   *
   * @returns all ids on the page too: some may be about tweets that he may not see any more
   */
  async page(
    viewer: Viewer,
    choice: NotificationChoice,
    range: NotificationRange,
  ): Promise<{ ids: number[]; views: NotificationView[] }> {
    const rows = await this.#deps.notificationPages.page(this.#wanted(viewer, choice), range);
    return { ids: rows.map(({ id }) => id), views: await this.viewsOf(viewer.userId, rows) };
  }

  /** @throws {DomainError} `notification_not_found` */
  async one(viewer: Viewer, id: number): Promise<NotificationView> {
    const view = await this.find(viewer, id);
    if (!view) throw new DomainError('notification_not_found');
    return view;
  }

  /** @returns undefined when there is none, or it is not to be shown */
  async find(
    { userId }: Pick<Viewer, 'userId'>,
    id: number,
  ): Promise<NotificationView | undefined> {
    const wanted = this.#wanted({ userId }, { kinds: NOTIFICATION_KINDS });
    const row = await this.#deps.notificationPages.find(wanted, id);
    return row && (await this.viewsOf(userId, [row]))[0];
  }

  /** How many he has not read yet, counted up to `most`. */
  async countUnread(viewer: Viewer, choice: NotificationChoice, most: number): Promise<number> {
    const wanted = this.#wanted(viewer, choice);
    return (await this.#deps.notificationPages.unread(wanted, most)).length;
  }

  /** Puts one away for good. @throws {DomainError} `notification_not_found` */
  async dismiss({ userId }: Viewer, id: number): Promise<void> {
    const { store, notifications } = this.#deps;
    const wasThere = await store.write((tx) => notifications.delete(tx, userId, id));
    if (!wasThere) throw new DomainError('notification_not_found');
  }

  /** Puts all of them away for good. */
  async clear({ userId }: Viewer): Promise<void> {
    const { store, notifications } = this.#deps;
    await store.write((tx) => notifications.deleteAllOf(tx, userId));
  }

  /** Those of these notifications that can be shown, in the same order. */
  async viewsOf(userId: number, rows: readonly Notification[]): Promise<NotificationView[]> {
    const { tweetViews, userViews } = this.#deps;
    const tweetIds = [...new Set(rows.flatMap(({ tweet_id }) => tweet_id ?? []))];
    const [tweets, users] = await Promise.all([
      tweetViews.load(tweetIds, userId),
      userViews.load(rows.map(({ from_user_id }) => from_user_id)),
    ]);
    const byId = new Map(tweets.map((view) => [view.tweet.id, view]));
    return rows.flatMap((notification) => {
      const from = users.get(notification.from_user_id);
      const tweet = byId.get(notification.tweet_id ?? 0);
      const isWhole = from && (notification.tweet_id === null || tweet);
      return isWhole ? { notification, from, tweet } : [];
    });
  }

  #wanted({ userId }: Pick<Viewer, 'userId'>, choice: NotificationChoice): NotificationsWanted {
    return { ...choice, userId, now: this.#deps.now() };
  }
}
