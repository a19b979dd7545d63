/**
 * What is known of single entries and of people's lenses. All of it is forgotten as soon as it may be
 * wrong; what is being read while that happens is given to who asked, and not kept.
 */
import { ChangeTable } from '../../../change-table.ts';
import type {
  FeedEntries,
  FeedEntry,
  FeedPart,
  Lens,
  MaybePromise,
} from '../../../service/ports.ts';
import { concernsViewer } from './builder.ts';
import type { EventLog, TimelineEvent } from './event-log.ts';
import { ENTRY, KnownLens, type PartIds } from './known-parts.ts';
import { YoungMap } from './young-map.ts';

/** An entry with the hashtags that it is found under. */
export interface TaggedEntry extends FeedEntry {
  readonly hashtagIds: readonly number[];
}

export interface EntryTables {
  lensOf(viewerId: number, now: number): Promise<Lens | undefined>;
  /** Those of these entries that are there and to be seen, in no order. */
  findEntries(ids: readonly number[]): Promise<readonly TaggedEntry[]>;
}

/** About what one entry and one lens with its parts take, in bytes. */
const ENTRY_BYTES = 200;
const LENS_BYTES = 10_000;

export class KnownEntries {
  readonly #tables: EntryTables;
  readonly #log: EventLog;
  /** By id; null for those that are gone or not to be seen. */
  readonly #entries: YoungMap<TaggedEntry | null>;
  readonly #lenses: YoungMap<KnownLens>;
  /** Of entries. */
  readonly #changes = new ChangeTable();

  constructor(tables: EntryTables, log: EventLog, bytes: number) {
    this.#tables = tables;
    this.#log = log;
    this.#entries = new YoungMap(bytes / 4 / ENTRY_BYTES);
    this.#lenses = new YoungMap(bytes / 4 / LENS_BYTES);
  }

  /** The lens, from memory if it is there. */
  lensOf(viewerId: number, now: number): MaybePromise<Lens | undefined> {
    const known = this.#lenses.get(viewerId);
    return known && now < known.goodUntil ? known : this.#loadLens(viewerId, now);
  }

  /** Those of these entries that are to be seen, in this order. */
  find(ids: readonly number[]): MaybePromise<readonly TaggedEntry[]> {
    const found: TaggedEntry[] = [];
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) return this.#load(ids);
      if (entry) found.push(entry);
    }
    return found;
  }

  /**
   * A part of a home timeline: the same one as before where nothing in it has changed.
   *
   * @param now what it is made of now
   */
  partOf(lens: Lens, part: FeedPart, now: PartIds): MaybePromise<FeedEntries> {
    const known = lens instanceof KnownLens ? lens.find(part, now, this.#changes) : undefined;
    if (known) return known;
    const { ids, next } = now;
    const entries = this.find(ids);
    const isFrom = comesFrom(lens);
    if (entries instanceof Promise) {
      return entries.then((found) => ({ entries: found.filter(isFrom), next }));
    }
    const found = { entries: entries.filter(isFrom), next };
    if (lens instanceof KnownLens) lens.keep(part, ids, found, this.#changes);
    return found;
  }

  forgetEntry(id: number): void {
    this.#entries.delete(id);
    this.#changes.changed(ENTRY, id);
  }

  forgetEntries(): void {
    this.#entries.clear();
    this.#changes.everythingChanged();
  }

  forgetLens(viewerId: number): void {
    this.#lenses.delete(viewerId);
  }

  forgetAll(): void {
    this.forgetEntries();
    this.#lenses.clear();
  }

  async #loadLens(viewerId: number, now: number): Promise<Lens | undefined> {
    const { value, since } = await this.#log.during(() => this.#tables.lensOf(viewerId, now));
    if (!value || since.some((event) => concernsViewer(event, viewerId))) return value;
    const lens = new KnownLens(value);
    this.#lenses.set(viewerId, lens);
    return lens;
  }

  async #load(ids: readonly number[]): Promise<readonly TaggedEntry[]> {
    // Looked at once: to look may be to forget others.
    const known = new Map(ids.map((id) => [id, this.#entries.get(id)]));
    const missing = ids.filter((id) => known.get(id) === undefined);
    const { value, since } = await this.#log.during(() => this.#tables.findEntries(missing));
    const found = new Map(value.map((entry) => [entry.id, entry]));
    for (const id of missing) {
      known.set(id, found.get(id) ?? null);
      if (!since.some((event) => concernsEntry(event, id))) {
        this.#entries.set(id, found.get(id) ?? null);
      }
    }
    return ids.flatMap((id) => known.get(id) ?? []);
  }
}

/** Whether an entry comes from what somebody follows now: an edit may have taken a hashtag away. */
function comesFrom({ viewerId, follows, hashtagIds }: Lens): (entry: TaggedEntry) => boolean {
  return (entry) =>
    entry.user_id === viewerId ||
    follows.has(entry.user_id) ||
    entry.hashtagIds.some((id) => hashtagIds.includes(id));
}

/** Whether what is known of an entry may be wrong; of a dropped source, anything may come. */
function concernsEntry(event: TimelineEvent, id: number): boolean {
  if (event.kind === 'edited' || event.kind === 'removed') return event.id === id;
  return event.kind === 'source dropped' || event.kind === 'all dropped';
}
