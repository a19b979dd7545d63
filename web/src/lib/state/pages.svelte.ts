/**
 * The one paginator. A list is read page by page, keeps its place while its address is left and come
 * back to, and, where it can be taken up by id, also across a reload.
 */
import { api, type Status } from '#lib/api/client.ts';
import { forgetTweets, keepTweets, tweetOf } from './tweets.svelte.ts';
import { keepInTab, tabJson } from './storage.ts';

/** One page, as the server sends it. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The `max_id` (or offset) of the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** Reads a page below `cursor`, or the first. */
export type ReadPage<T> = (cursor: string | undefined) => Promise<Page<T>>;
/** Reads what is newer than an id, newest first. */
export type ReadNewer<T> = (sinceId: string) => Promise<readonly T[]>;

export type PagesState = 'idle' | 'loading' | 'failed' | 'done';

/** Some entries that are drawn together; what comes later never moves one into another group. */
export interface Group<T> {
  readonly key: number;
  readonly items: readonly T[];
}

const GROUP = 10;
let lastKey = 0;

function grouped<T>(items: readonly T[]): Group<T>[] {
  const groups: Group<T>[] = [];
  for (let i = 0; i < items.length; i += GROUP) {
    groups.push({ key: (lastKey += 1), items: items.slice(i, i + GROUP) });
  }
  return groups;
}

export class Pages<T extends { readonly id: string }> {
  groups = $state.raw<readonly Group<T>[]>([]);
  readonly items: readonly T[] = $derived(this.groups.flatMap(({ items }) => items));
  /** Newer ones that wait to be shown. */
  waiting = $state.raw<readonly T[]>([]);
  state = $state<PagesState>('idle');
  error = $state.raw<unknown>();
  /** Heights of groups that were scrolled past, in pixels: nothing jumps when they come back. */
  readonly heights = new Map<string, number>();
  readonly #read: ReadPage<T>;
  readonly #readNewer: ReadNewer<T> | undefined;
  #next: string | undefined;
  #hasBegun = false;

  constructor(read: ReadPage<T>, readNewer?: ReadNewer<T>) {
    this.#read = read;
    this.#readNewer = readNewer;
  }

  get isEmpty(): boolean {
    return this.state === 'done' && this.items.length === 0;
  }

  /** Reads the first page, if nobody has. */
  begin(): void {
    if (!this.#hasBegun) void this.more();
  }

  /** Reads the next page. */
  async more(): Promise<void> {
    if (this.state === 'loading' || this.state === 'done') return;
    this.state = 'loading';
    this.#hasBegun = true;
    try {
      const { items, next } = await this.#read(this.#next);
      this.groups = [...this.groups, ...grouped(without(items, this.items))];
      this.#next = next;
      this.state = next === undefined ? 'done' : 'idle';
    } catch (error) {
      this.error = error;
      this.state = 'failed';
    }
  }

  /** Looks for newer ones; they wait until they are asked for. */
  async lookForNewer(): Promise<void> {
    const [newest] = this.waiting.length > 0 ? this.waiting : this.items;
    if (!this.#readNewer) return;
    if (!newest) {
      await this.restart();
      return;
    }
    for (const item of (await this.#readNewer(newest.id)).toReversed()) this.arrived(item);
  }

  /** A newer one has come; it waits. */
  arrived(item: T): void {
    if (this.#hasBegun && without([item], [...this.waiting, ...this.items]).length > 0) {
      this.waiting = [item, ...this.waiting];
    }
  }

  /** Shows what waits. */
  showWaiting(): void {
    this.groups = [...grouped(this.waiting), ...this.groups];
    this.waiting = [];
  }

  /** Puts one on top at once: the person has just made it. */
  addOnTop(item: T): void {
    this.remove(item.id);
    this.groups = [...grouped([item]), ...this.groups];
  }

  remove(id: string): void {
    this.groups = this.groups.map((group) =>
      group.items.some((item) => item.id === id)
        ? { ...group, items: group.items.filter((item) => item.id !== id) }
        : group,
    );
    this.waiting = this.waiting.filter((item) => item.id !== id);
  }

  /** Begins anew. */
  async restart(): Promise<void> {
    this.#next = undefined;
    this.state = 'idle';
    this.heights.clear();
    const before = this.groups;
    this.groups = [];
    await this.more();
    if (this.#hasFailed()) this.groups = before;
    this.waiting = [];
  }

  #hasFailed(): boolean {
    return this.state === 'failed';
  }

  /** What a reload takes up again. */
  save(): { readonly items: readonly T[]; readonly next: string | undefined } {
    const items = this.items.slice(0, SAVED_ITEMS);
    return { items, next: items.length < this.items.length ? items.at(-1)?.id : this.#next };
  }

  takeUp(items: readonly T[], next: string | undefined): void {
    this.groups = grouped(items);
    this.#next = next;
    this.#hasBegun = true;
    this.state = next === undefined ? 'done' : 'idle';
  }
}

function without<T extends { readonly id: string }>(
  items: readonly T[],
  others: readonly T[],
): readonly T[] {
  const known = new Set(others.map(({ id }) => id));
  return items.filter(({ id }) => !known.has(id));
}

/** A line of a timeline: which tweet. What it says is in `tweets.svelte.ts`. */
export interface Line {
  readonly id: string;
}

const SAVED_ITEMS = 120;
/** Lists that are kept for who comes back. */
const KEPT_LISTS = 12;
const kept = new Map<string, Pages<never>>();

/** The list of this name: the one that was here before, or a new one. */
export function pagesOf<T extends { readonly id: string }>(
  name: string,
  read: ReadPage<T>,
  readNewer?: ReadNewer<T>,
): Pages<T> {
  const known = kept.get(name) as Pages<T> | undefined;
  const pages = known ?? new Pages(read, readNewer);
  kept.delete(name);
  kept.set(name, pages as unknown as Pages<never>);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_LISTS) break;
    kept.delete(oldest);
  }
  return pages;
}

/** The list of this name, if somebody has looked at it. */
export const knownPages = (name: string): Pages<Line> | undefined =>
  kept.get(name) as unknown as Pages<Line> | undefined;

/** Every timeline that has been looked at. */
export const allPages = (): Pages<Line>[] => [...kept.values()] as unknown as Pages<Line>[];

export function forgetPages(): void {
  kept.clear();
  forgetTweets();
  keepInTab(SAVED, undefined);
}

type RawList = (params: { limit: number; maxId?: string; sinceId?: string }) => PromiseLike<{
  readonly headers: Headers;
  readonly data: Status[];
}>;
const PAGE = 20;

/** A timeline of tweets. @param list the endpoint, answering raw */
export function tweetPages(name: string, list: () => RawList, hasNewer = false): Pages<Line> {
  const read: ReadPage<Line> = async (maxId) => {
    const { data, headers } = await list()({ limit: PAGE, ...(maxId && { maxId }) });
    return { items: linesOf(data), next: nextOf(headers) };
  };
  const readNewer: ReadNewer<Line> = async (sinceId) =>
    linesOf((await list()({ limit: PAGE * 2, sinceId })).data);
  return pagesOf(name, read, hasNewer ? readNewer : undefined);
}

const linesOf = (statuses: readonly Status[]): Line[] => keepTweets(statuses).map((id) => ({ id }));

/** The `max_id` of the next page, from the header `Link`. */
export function nextOf(headers: Headers): string | undefined {
  const next = /<([^>]+)>;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1];
  if (next === undefined) return undefined;
  const query = new URL(next, location.origin).searchParams;
  return query.get('max_id') ?? query.get('offset') ?? undefined;
}

/** The home timeline. */
export const homePages = (): Pages<Line> =>
  tweetPages('home', () => api().v1.timelines.home.list.$raw as unknown as RawList, true);

/** Everybody's. */
export const publicPages = (): Pages<Line> =>
  tweetPages('public', () => api().v1.timelines.public.list.$raw as unknown as RawList, true);

const SAVED = 'minitter.pages';
interface Saved {
  readonly name: string;
  readonly statuses: readonly Status[];
  readonly lines: readonly Line[];
  readonly next: string | undefined;
}

/** Before the page goes: keeps what a reload shows at once. */
export function savePages(names: readonly string[]): void {
  const saved = names.flatMap((name): Saved[] => {
    const pages = knownPages(name);
    if (!pages || pages.items.length === 0) return [];
    const { items, next } = pages.save();
    return [{ name, lines: items, next, statuses: items.flatMap(({ id }) => tweetOf(id) ?? []) }];
  });
  keepInTab(SAVED, saved);
}

/** After a reload: takes up what was kept. */
export function takeUpPages(makers: Readonly<Record<string, () => Pages<Line>>>): void {
  for (const { name, lines, next, statuses } of tabJson<Saved[]>(SAVED) ?? []) {
    keepTweets(statuses);
    makers[name]?.().takeUp(lines, next);
  }
}
