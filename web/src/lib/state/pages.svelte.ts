/**
 * The one paginator. A list is read page by page, and keeps its place while its address is left and
 * come back to; `saved-pages.ts` has it keep it across a reload.
 */

/** What lists are made of. */
export interface Entry {
  readonly id: string;
}

/** One page, as the server sends it. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The `max_id` (or offset) of the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** Reads a page below `cursor`, or the first. */
export type ReadPage<T> = (cursor: string | undefined) => Promise<Page<T>>;
/** Reads the newest of what is newer than an id, newest first. */
export type ReadNewer<T> = (sinceId: string) => Promise<Newer<T>>;

export interface Newer<T> {
  readonly items: readonly T[];
  /** Whether there are others between these and that id. */
  readonly hasGap: boolean;
}

export type PagesState = 'idle' | 'loading' | 'failed' | 'done';

/** Some entries that are drawn together; what comes later never moves one into another group. */
export interface Group<T> {
  readonly key: number;
  readonly items: readonly T[];
  /** Where the page that ends here goes on. */
  readonly next?: string | undefined;
}

const GROUP = 5;
/** Lets the browser draw and listen. */
const breathe = () => new Promise((resolve) => setTimeout(resolve));
let lastKey = 0;

function grouped<T>(items: readonly T[], next?: string): Group<T>[] {
  const groups: Group<T>[] = [];
  for (let i = 0; i < items.length; i += GROUP) {
    const isLast = i + GROUP >= items.length;
    const part = { key: (lastKey += 1), items: items.slice(i, i + GROUP) };
    groups.push(isLast ? { ...part, next } : part);
  }
  return groups;
}

/** What a list is, as data. */
export interface PagesSnapshot<T> {
  readonly groups: readonly GroupSnapshot<T>[];
  readonly next: string | undefined;
}

interface GroupSnapshot<T> {
  readonly items: readonly T[];
  readonly next?: string | undefined;
  /** In pixels, where it is known. */
  readonly height?: number | undefined;
}

export class Pages<T extends Entry> {
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
  #hasGap = false;
  /** Counts the readings: what an older one answers is not wanted any more. */
  #turn = 0;

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
    await this.#load(this.#next, async ({ items, next }, isWanted) => {
      // Some at a time: a whole page would keep the window waiting.
      for (const group of grouped(without(items, this.items), next)) {
        if (!isWanted()) return;
        this.groups = [...this.groups, group];
        await breathe();
      }
    });
  }

  /** Begins anew; what is there stays until the answer has come. */
  async restart(): Promise<void> {
    await this.#load(undefined, ({ items, next }) => {
      this.heights.clear();
      this.waiting = [];
      this.#hasGap = false;
      this.groups = grouped(items, next);
    });
  }

  /** @param place shows a page that has come, as long as no later reading takes its place */
  async #load(
    cursor: string | undefined,
    place: (page: Page<T>, isWanted: () => boolean) => void | Promise<void>,
  ): Promise<void> {
    const turn = (this.#turn += 1);
    const isWanted = () => turn === this.#turn;
    this.state = 'loading';
    this.#hasBegun = true;
    try {
      const page = await this.#read(cursor);
      if (isWanted()) await place(page, isWanted);
      if (!isWanted()) return;
      this.#next = page.next;
      this.state = page.next === undefined ? 'done' : 'idle';
    } catch (error) {
      if (!isWanted()) return;
      this.error = error;
      this.state = 'failed';
    }
  }

  /** Looks for newer ones; they wait until they are asked for. @throws what the server says */
  async lookForNewer(): Promise<void> {
    if (!this.#readNewer || this.state === 'loading') return;
    const [newest] = this.waiting.length > 0 ? this.waiting : this.items;
    if (!newest) {
      await this.restart();
      return;
    }
    const { items, hasGap } = await this.#readNewer(newest.id);
    this.#hasGap ||= hasGap;
    for (const item of items.toReversed()) this.arrived(item);
  }

  /** A newer one has come; it waits. */
  arrived(item: T): void {
    if (this.#hasBegun && without([item], [...this.waiting, ...this.items]).length > 0) {
      this.waiting = [item, ...this.waiting];
    }
  }

  /** Shows what waits; where it is not all that came, the list begins anew. */
  showWaiting(): void {
    const hadGap = this.#hasGap;
    this.groups = [...grouped(this.waiting), ...(hadGap ? [] : this.groups)];
    this.waiting = [];
    if (hadGap) void this.restart();
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

  /** @param max how many entries at most, from the top: whole pages */
  snapshot(max: number): PagesSnapshot<T> {
    const groups = this.groups.filter(({ items }) => items.length > 0);
    let count = 0;
    let end = 0;
    for (const [i, { items, next }] of groups.entries()) {
      count += items.length;
      if (count > max) break;
      if (next !== undefined || i === groups.length - 1) end = i + 1;
    }
    const kept = groups.slice(0, end);
    return {
      groups: kept.map((group) => ({
        items: group.items,
        next: group.next,
        height: this.heights.get(heightName(group)),
      })),
      next: end === groups.length ? this.#next : kept.at(-1)?.next,
    };
  }

  /** Becomes what was there, if anything was. */
  takeUp({ groups, next }: PagesSnapshot<T>): void {
    if (groups.length === 0) return;
    this.groups = groups.map(({ height, ...rest }) => {
      const group = { key: (lastKey += 1), ...rest };
      if (height !== undefined) this.heights.set(heightName(group), height);
      return group;
    });
    this.#next = next;
    this.#hasBegun = true;
    this.state = next === undefined ? 'done' : 'idle';
  }
}

/** By what the height of a group is kept: it is another one when entries have gone. */
export const heightName = ({ key, items }: Group<Entry>): string => `${key}/${items.length}`;

function without<T extends Entry>(items: readonly T[], others: readonly Entry[]): readonly T[] {
  const known = new Set(others.map(({ id }) => id));
  return items.filter(({ id }) => !known.has(id));
}

/** Lists that are kept for who comes back. */
const KEPT_LISTS = 12;
const kept = new Map<string, Pages<Entry>>();

/** The list of this name: the one that was here before, or a new one. */
export function pagesOf<T extends Entry>(
  name: string,
  read: ReadPage<T>,
  readNewer?: ReadNewer<T>,
): Pages<T> {
  const pages = (kept.get(name) as Pages<T> | undefined) ?? made(name, read, readNewer);
  kept.delete(name);
  kept.set(name, pages);
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT_LISTS) break;
    kept.delete(oldest);
  }
  return pages;
}

function made<T extends Entry>(
  name: string,
  read: ReadPage<T>,
  readNewer: ReadNewer<T> | undefined,
): Pages<T> {
  const pages = new Pages(read, readNewer);
  const snapshot = takenUp.get(name) as PagesSnapshot<T> | undefined;
  takenUp.delete(name);
  if (snapshot) pages.takeUp(snapshot);
  return pages;
}

/** What a reload has left, by name, until its list is looked at. */
const takenUp = new Map<string, PagesSnapshot<Entry>>();

export function takeUpLater(name: string, snapshot: PagesSnapshot<Entry>): void {
  takenUp.set(name, snapshot);
}

/** The list of this name, if somebody has looked at it. */
export const knownPages = (name: string): Pages<Entry> | undefined => kept.get(name);

/** Every list that is kept, the one looked at last at the end. */
export const allPages = (): [string, Pages<Entry>][] => [...kept];

export function forgetPages(): void {
  kept.clear();
  takenUp.clear();
}
