/** Notifications with those shown as one that say the same of the same: ten favourites of a tweet. */
import type { Store } from '../model/database.ts';
import type {
  GroupSummary,
  IdWindow,
  NotificationPageDao,
  NotificationsWanted,
} from '../model/notification-pages.ts';
import type { NotificationDao } from '../model/notifications.ts';
import { DomainError } from './errors.ts';
import {
  type Notification,
  NOTIFICATION_KINDS,
  type NotificationChoice,
  type NotificationKind,
  type NotificationRange,
  type NotificationService,
  type NotificationView,
} from './notifications.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';

/** Which notifications are wanted, and which kinds of them may be shown as one. */
export interface GroupChoice extends NotificationChoice {
  readonly groupedKinds: readonly NotificationKind[];
}

/** Notifications that are shown as one. */
export interface NotificationGroup {
  readonly key: string;
  /** Counted up to a thousand. */
  readonly count: number;
  /** On this page. */
  readonly oldestId: number;
  /** The newest ones, a few; never empty. */
  readonly sample: readonly [NotificationView, ...NotificationView[]];
}

export interface GroupPage {
  /** Newest first. */
  readonly groups: readonly NotificationGroup[];
  /** Where the page begins and ends; undefined when there is nothing on it. */
  readonly window: IdWindow | undefined;
  /** Whether there may be more where the page ends. */
  readonly isFull: boolean;
}

interface Dependencies {
  readonly store: Store;
  readonly notifications: NotificationDao;
  readonly notificationPages: NotificationPageDao;
  readonly notificationService: NotificationService;
  readonly now: Clock;
}

/** The key of one that stands alone. */
const ALONE = 'ungrouped-';
const EVERYTHING: IdWindow = { low: 0, high: Number.MAX_SAFE_INTEGER };

export class NotificationGroupService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * A page of groups. A group with notifications on two pages is on both; the older page has the
   * older ones.
   */
  async page(viewer: Viewer, choice: GroupChoice, range: NotificationRange): Promise<GroupPage> {
    const wanted = { ...choice, userId: viewer.userId, now: this.#deps.now() };
    const heads = await this.#heads(wanted, choice, range);
    const ids = heads.map(({ id }) => id);
    if (ids.length === 0) return { groups: [], window: undefined, isFull: false };
    const window = { low: Math.min(...ids), high: Math.max(...ids) };
    const keyOf = keysFor(choice);
    const keys = heads.map(keyOf).filter((key) => !key.startsWith(ALONE));
    const summaries = await this.#deps.notificationPages.summaries(keys, wanted, window);
    const groups = await this.#groupsOf(
      viewer,
      heads.map((head) => ({ key: keyOf(head), ...(summaries.get(keyOf(head)) ?? alone(head)) })),
    );
    return {
      groups: groups.toSorted((a, b) => newestOf(b) - newestOf(a)),
      window,
      isFull: heads.length >= range.limit,
    };
  }

  /** @throws {DomainError} `notification_not_found` */
  async one(viewer: Viewer, key: string): Promise<NotificationGroup> {
    const [group] = await this.#groupsOf(viewer, [{ key, ...(await this.#summary(viewer, key)) }]);
    if (!group) throw new DomainError('notification_not_found');
    return group;
  }

  /** Whom a group came from: a page of its notifications, newest first. */
  async members(
    viewer: Viewer,
    key: string,
    range: NotificationRange,
  ): Promise<NotificationView[]> {
    const { notificationPages, notificationService } = this.#deps;
    const id = aloneId(key);
    if (id !== undefined) return [await notificationService.one(viewer, id)];
    const rows = await notificationPages.pageOfGroup(key, this.#wanted(viewer), range);
    return notificationService.viewsOf(viewer.userId, rows);
  }

  /** Puts a group away for good. @throws {DomainError} `notification_not_found` */
  async dismiss(viewer: Viewer, key: string): Promise<void> {
    const { store, notifications, notificationService } = this.#deps;
    const id = aloneId(key);
    if (id !== undefined) return notificationService.dismiss(viewer, id);
    const wasThere =
      key !== '' && (await store.write((tx) => notifications.deleteGroup(tx, viewer.userId, key)));
    if (!wasThere) throw new DomainError('notification_not_found');
  }

  /** How many groups have something that he has not read yet, counted up to `most`. */
  async countUnread(viewer: Viewer, choice: GroupChoice, most: number): Promise<number> {
    const wanted = { ...choice, userId: viewer.userId, now: this.#deps.now() };
    const rows = await this.#deps.notificationPages.unread(wanted, most);
    return new Set(rows.map(keysFor(choice))).size;
  }

  /** The first of each group that is met on the way from the page's start. */
  async #heads(
    wanted: NotificationsWanted,
    choice: GroupChoice,
    range: NotificationRange,
  ): Promise<Notification[]> {
    const heads = new Map<string, Notification>();
    const keyOf = keysFor(choice);
    let left: NotificationRange = range;
    for (;;) {
      const known = [...heads.keys()].filter((key) => !key.startsWith(ALONE));
      const rows = await this.#deps.notificationPages.pageWithout(known, wanted, left);
      for (const row of rows) {
        if (!heads.has(keyOf(row))) heads.set(keyOf(row), row);
        if (heads.size === range.limit) return [...heads.values()];
      }
      const last = rows.at(-1);
      if (!last || rows.length < range.limit) return [...heads.values()];
      left = range.fromBelow ? { ...left, above: last.id } : { ...left, below: last.id };
    }
  }

  async #summary(viewer: Viewer, key: string): Promise<GroupSummary> {
    const { notificationPages } = this.#deps;
    const wanted = this.#wanted(viewer);
    const id = aloneId(key);
    if (id !== undefined) {
      const row = await notificationPages.find(wanted, id);
      return row ? alone(row) : NOTHING;
    }
    const found =
      key === '' ? undefined : await notificationPages.summaries([key], wanted, EVERYTHING);
    return found?.get(key) ?? NOTHING;
  }

  /** Those groups of which something can be shown, in the same order. */
  async #groupsOf(
    { userId }: Viewer,
    summaries: readonly (GroupSummary & { readonly key: string })[],
  ): Promise<NotificationGroup[]> {
    const rows = summaries.flatMap(({ newest }) => newest);
    const views = await this.#deps.notificationService.viewsOf(userId, rows);
    const byId = new Map(views.map((view) => [view.notification.id, view]));
    return summaries.flatMap(({ key, count, oldestId, newest }) => {
      const [first, ...others] = newest.flatMap(({ id }) => byId.get(id) ?? []);
      return first ? { key, count, oldestId, sample: [first, ...others] as const } : [];
    });
  }

  #wanted({ userId }: Viewer): NotificationsWanted {
    return { userId, kinds: NOTIFICATION_KINDS, now: this.#deps.now() };
  }
}

const NOTHING: GroupSummary = { count: 0, oldestId: 0, newest: [] };

const alone = (row: Notification): GroupSummary => ({ count: 1, oldestId: row.id, newest: [row] });

const newestOf = ({ sample }: NotificationGroup): number => sample[0].notification.id;

/** What a notification's group is called, when only these kinds may be shown as one. */
function keysFor({ groupedKinds }: GroupChoice): (row: Notification) => string {
  return ({ id, kind, group_key }) =>
    group_key !== '' && groupedKinds.includes(kind) ? group_key : `${ALONE}${id}`;
}

/** The id of one that stands alone; -1, which is nobody's, where the key names none. */
function aloneId(key: string): number | undefined {
  if (!key.startsWith(ALONE)) return undefined;
  const id = key.slice(ALONE.length);
  return /^[1-9]\d{0,14}$/.test(id) ? Number(id) : -1;
}
