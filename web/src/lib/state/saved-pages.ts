/** Lists across a reload of this tab: what was shown, how high it was, and where it went on. */
import type { Account, Status } from '#lib/api/client.ts';
import {
  allPages,
  type Entry,
  type Pages,
  type PagesSnapshot,
  takeUpLater,
} from './pages.svelte.ts';
import { keepProfile, lastProfiles } from './profiles.svelte.ts';
import { keepInTab, tabJson } from './storage.ts';
import { keepTweets, tweetOf } from './tweets.svelte.ts';

const KEY = 'minitter.pages';
/** Of the list that is looked at, and of those before it: browsers keep some 5 MB for a tab. */
const MOST = 400;
const MOST_BEHIND = 60;
const LISTS = 4;

interface Saved {
  /** Heights are those of a window of this width, in pixels. */
  readonly width: number;
  readonly lists: readonly { readonly name: string; readonly snapshot: PagesSnapshot<Entry> }[];
  /** The tweets that these lists name. */
  readonly statuses: readonly Status[];
  /** The people whose pages they stand on. */
  readonly profiles: readonly Account[];
}

/** Before the page goes. */
export function savePages(): void {
  const lists = allPages()
    .filter(([, { items }]) => items.length > 0)
    .slice(-LISTS)
    .map(([name, pages], i, all) => ({ name, snapshot: snapshotOf(pages, i === all.length - 1) }));
  const ids = lists.flatMap(({ snapshot }) => snapshot.groups.flatMap(({ items }) => items));
  const statuses = new Map(ids.flatMap(({ id }) => tweetOf(id) ?? []).map((one) => [one.id, one]));
  const saved: Saved = {
    width: innerWidth,
    lists,
    statuses: [...statuses.values()],
    profiles: lastProfiles(),
  };
  keepInTab(KEY, saved);
}

const snapshotOf = (pages: Pages<Entry>, isShown: boolean) =>
  pages.snapshot(isShown ? MOST : MOST_BEHIND);

/** After a reload. */
export function takeUpPages(): void {
  const saved = tabJson(KEY) as Saved | undefined;
  if (!saved) return;
  keepTweets(saved.statuses);
  for (const account of saved.profiles) keepProfile(account);
  const isSameWidth = saved.width === innerWidth;
  for (const { name, snapshot } of saved.lists) {
    keepTweets(snapshot.groups.flatMap(({ items }) => items.flatMap(statusIn)));
    takeUpLater(name, isSameWidth ? snapshot : withoutHeights(snapshot));
  }
}

/** Notifications bring their tweets with them. */
const statusIn = (entry: Entry): Status[] =>
  'status' in entry && entry.status ? [entry.status as Status] : [];

function withoutHeights({ groups, next }: PagesSnapshot<Entry>): PagesSnapshot<Entry> {
  return { groups: groups.map((group) => ({ ...group, height: undefined })), next };
}

/** Whoever comes next must not see them. */
export function forgetSavedPages(): void {
  keepInTab(KEY, undefined);
}
