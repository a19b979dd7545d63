/** How relations change: one unit of work, and then all are told who keep what depends on it. */
import { ForeignKeyViolation, type Store, type Tx } from '../model/database.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import type { TimelineService } from './timelines.ts';

interface Dependencies {
  readonly store: Store;
  readonly timelines: TimelineService;
  readonly events: Events;
}

export class RelationChanges {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Runs a unit that changes what these people are to others.
   *
   * @throws {DomainError} `user_not_found` when one of those concerned is not there
   * @throws whatever the unit throws
   */
  async write<T>(userIds: readonly number[], unit: (tx: Tx) => Promise<T>): Promise<T> {
    const { store, timelines, events } = this.#deps;
    try {
      return await store.write(unit);
    } catch (error) {
      throw error instanceof ForeignKeyViolation ? new DomainError('user_not_found') : error;
    } finally {
      for (const userId of userIds) {
        // Also after a failure: what became of it may not be known.
        timelines.followsChanged(userId);
        events.publish({ kind: 'relations changed', userId });
      }
    }
  }
}
