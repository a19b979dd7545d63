/**
 * Builds timelines in memory from SQL. Changes that come while rows are being read are applied to
 * them, or the rows are read again.
 */
import type { TimelineEntry } from '../../../service/ports.ts';
import type { Engine, SourceEntries } from './engine.ts';

import type { EventLog, TimelineEvent } from './event-log.ts';
import { type SourceKind, sourceKey, sourceOf } from './sources.ts';

/** Whose timeline of which kind: with the plain tweets of authors, or with everything they show. */
export interface TimelineName {
  readonly userId: number;
  readonly kind: 'plain' | 'home';
}

/** The tables, read by index; all answers are of the moment they are given. */
export interface SourceTables {
  /** The user and those he follows; undefined when there is no such user. */
  authorsFor(userId: number): Promise<readonly number[] | undefined>;
  /** Hashtags that he follows. */
  hashtagsFor(userId: number): Promise<readonly number[]>;
  /**
   * The newest entries by source, `limit` of each at most, newest first. Authors whose tweets are not
   * to be seen are left out.
   */
  newestOf(
    ids: readonly number[],
    limit: number,
    kind?: SourceKind,
  ): Promise<ReadonlyMap<number, readonly TimelineEntry[]>>;
}

interface Parts {
  readonly tables: SourceTables;
  readonly log: EventLog;
  /** The engine as it is now: it may be replaced. */
  readonly engine: () => Engine;
}

/** A timeline that is disturbed this often while it is being built is answered by SQL. */
const ATTEMPTS = 5;
/** Sources per query; between two queries other work gets its turn. */
const SOURCES_PER_QUERY = 50;

/** The number that a timeline has in the engine. */
export const timelineKey = ({ userId, kind }: TimelineName): number =>
  2 * userId + (kind === 'home' ? 1 : 0);

export class TimelineBuilder {
  readonly #parts: Parts;
  /** Timelines being built, by key. */
  readonly #warming = new Map<number, Promise<boolean>>();

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Makes a timeline warm; several who ask at once wait for the same. @returns false when it cannot */
  warm(name: TimelineName, entries: number): Promise<boolean> {
    const key = timelineKey(name);
    const running = this.#warming.get(key);
    if (running) return running;
    const warming = this.#warm(name, entries).finally(() => this.#warming.delete(key));
    this.#warming.set(key, warming);
    return warming;
  }

  async #warm(name: TimelineName, entries: number): Promise<boolean> {
    const { log, engine } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const { value, since } = await log.during(() => this.#build(name, entries));
      if (value === 'no') return false;
      if (value === 'yes' && !since.some((event) => concernsViewer(event, name.userId)))
        return true;
      engine().dropViewer(timelineKey(name));
    }
    return false;
  }

  /** Builds a timeline; what changes meanwhile is the caller's affair. */
  async #build(name: TimelineName, entries: number): Promise<'yes' | 'no' | 'again'> {
    const keys = await this.#sourcesOf(name);
    if (!keys) return 'no';
    for (let attempt = 0; attempt < 2 * ATTEMPTS; attempt += 1) {
      const warming = this.#parts.engine().warm(timelineKey(name), keys, entries);
      if (warming.kind === 'warm') return 'yes';
      if (warming.kind === 'too large') return 'no';
      for (const [kind, ids] of byKind(warming.keys)) {
        if (!(await this.#load(kind, ids, warming.entries))) return 'no';
      }
    }
    return 'again';
  }

  async #sourcesOf({ userId, kind }: TimelineName): Promise<number[] | undefined> {
    const { tables } = this.#parts;
    const authors = await tables.authorsFor(userId);
    if (!authors) return undefined;
    if (kind === 'plain') return authors.map((id) => sourceKey('author', id));
    const hashtags = await tables.hashtagsFor(userId);
    return [
      ...authors.map((id) => sourceKey('everything', id)),
      ...hashtags.map((id) => sourceKey('hashtag', id)),
    ];
  }

  /** Loads sources. @returns false when there is no room for them */
  async #load(kind: SourceKind, ids: readonly number[], entries: number): Promise<boolean> {
    const { tables, log } = this.#parts;
    for (let from = 0; from < ids.length; from += SOURCES_PER_QUERY) {
      if (from > 0) await new Promise((resolve) => setImmediate(resolve));
      const some = ids.slice(from, from + SOURCES_PER_QUERY);
      const { value: found, since } = await log.during(() => tables.newestOf(some, entries, kind));
      for (const id of some) {
        const rows = entriesFrom(found.get(id), entries);
        if (!this.#install(sourceKey(kind, id), entries, rows, since)) return false;
      }
    }
    return true;
  }

  #install(
    key: number,
    limit: number,
    entries: SourceEntries | 'hidden',
    since: readonly TimelineEvent[],
  ): boolean {
    const engine = this.#parts.engine();
    // Somebody else may have loaded it meanwhile, or what was read may be outdated.
    if (engine.hasSource(key, limit)) return true;
    if (since.some((event) => concernsSource(event, key))) return true;
    if (!engine.load(key, entries)) return false;
    for (const event of since) {
      if (event.kind === 'added' && event.key === key) engine.added(key, event.id, event.flags);
      if (event.kind === 'removed' && event.key === key) engine.removed(key, event.id);
    }
    return true;
  }
}

/** The ids of sources, by kind. */
function byKind(keys: readonly number[]): Map<SourceKind, number[]> {
  const kinds = new Map<SourceKind, number[]>();
  for (const { kind, id } of keys.map(sourceOf)) kinds.set(kind, [...(kinds.get(kind) ?? []), id]);
  return kinds;
}

/** Fewer rows than asked for mean that there are no more. */
function entriesFrom(
  rows: readonly TimelineEntry[] | undefined,
  limit: number,
): SourceEntries | 'hidden' {
  if (!rows) return 'hidden';
  return {
    ids: rows.map((row) => row.id),
    flags: rows.map((row) => row.visibility),
    floor: rows.length < limit ? 0 : (rows.at(-1)?.id ?? 0),
  };
}

export function concernsViewer(event: TimelineEvent, userId: number): boolean {
  return (
    event.kind === 'all dropped' || (event.kind === 'viewer dropped' && event.userId === userId)
  );
}

function concernsSource(event: TimelineEvent, key: number): boolean {
  return event.kind === 'all dropped' || (event.kind === 'source dropped' && event.key === key);
}
