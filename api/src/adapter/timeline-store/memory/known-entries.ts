/**
 * What is known of single entries and of people's lenses. All of it is forgotten as soon as it may be
 * wrong; what is being read while that happens is given to who asked, and not kept.
 */
import type { FeedEntry, Lens, MaybePromise } from '../../../service/ports.ts';
import { concernsViewer } from './builder.ts';
import type { EventLog, TimelineEvent } from './event-log.ts';
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

/** About what one entry and one lens take, in bytes. */
const ENTRY_BYTES = 200;
const LENS_BYTES = 2000;

export class KnownEntries {
  readonly #tables: EntryTables;
  readonly #log: EventLog;
  /** By id; null for those that are gone or not to be seen. */
  readonly #entries: YoungMap<TaggedEntry | null>;
  readonly #lenses: YoungMap<Lens>;

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

  forgetEntry(id: number): void {
    this.#entries.delete(id);
  }

  forgetEntries(): void {
    this.#entries.clear();
  }

  forgetLens(viewerId: number): void {
    this.#lenses.delete(viewerId);
  }

  forgetAll(): void {
    this.#entries.clear();
    this.#lenses.clear();
  }

  async #loadLens(viewerId: number, now: number): Promise<Lens | undefined> {
    const { value: lens, since } = await this.#log.during(() => this.#tables.lensOf(viewerId, now));
    if (lens && !since.some((event) => concernsViewer(event, viewerId))) {
      this.#lenses.set(viewerId, lens);
    }
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

/** Whether what is known of an entry may be wrong; of a dropped source, anything may come. */
function concernsEntry(event: TimelineEvent, id: number): boolean {
  if (event.kind === 'edited' || event.kind === 'removed') return event.id === id;
  return event.kind === 'source dropped' || event.kind === 'all dropped';
}
