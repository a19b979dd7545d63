/** How far somebody has read: so that another device goes on where he was. */
import { type Store, UniqueViolation } from '../model/database.ts';
import type { MarkedTimeline, Marker, MarkerDao } from '../model/markers.ts';
import type { Clock } from './ports.ts';
import type { Viewer } from './sessions.ts';

export type { MarkedTimeline, Marker };

interface Dependencies {
  readonly store: Store;
  readonly markers: MarkerDao;
  readonly now: Clock;
}

export class MarkerService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /** Those of these markers that he has set. */
  async of({ userId }: Viewer, timelines: readonly MarkedTimeline[]): Promise<Marker[]> {
    return this.#deps.markers.ofUser(userId, timelines);
  }

  /** Sets markers, by timeline. @returns what they are now */
  async set(
    viewer: Viewer,
    lastReadIds: Readonly<Partial<Record<MarkedTimeline, number>>>,
  ): Promise<Marker[]> {
    try {
      return await this.#set(viewer, lastReadIds);
    } catch (error) {
      // Another device was faster with the first one; now there is one to change.
      if (error instanceof UniqueViolation) return this.#set(viewer, lastReadIds);
      throw error;
    }
  }

  #set(
    { userId }: Viewer,
    lastReadIds: Readonly<Partial<Record<MarkedTimeline, number>>>,
  ): Promise<Marker[]> {
    const { store, markers, now } = this.#deps;
    const wanted = Object.entries(lastReadIds) as [MarkedTimeline, number][];
    const at = now();
    return store.write(async (tx) => {
      const set: Marker[] = [];
      for (const [timeline, last_read_id] of wanted) {
        set.push(await markers.set(tx, { user_id: userId, timeline, last_read_id }, at));
      }
      return set;
    });
  }
}
