/**
 * What has changed while something is being read from the database. A reader notes the position
 * before his query and looks afterwards what has come since: his rows may or may not have it.
 */
export type TimelineEvent =
  | { readonly kind: 'added'; readonly key: number; readonly id: number; readonly flags: number }
  | { readonly kind: 'removed'; readonly key: number; readonly id: number }
  /** A tweet says something else: what is known of it may be wrong. */
  | { readonly kind: 'edited'; readonly id: number }
  | { readonly kind: 'source dropped'; readonly key: number }
  | { readonly kind: 'viewer dropped'; readonly userId: number }
  | { readonly kind: 'all dropped' };

export class EventLog {
  #events: TimelineEvent[] = [];
  #readers = 0;

  /** Nothing is kept while nobody reads. */
  append(event: TimelineEvent): void {
    if (this.#readers > 0) this.#events.push(event);
  }

  /**
   * Runs `read` and tells what has changed since it began.
   *
   * @throws whatever `read` throws
   */
  async during<T>(read: () => Promise<T>): Promise<{ value: T; since: readonly TimelineEvent[] }> {
    const position = this.#events.length;
    this.#readers += 1;
    try {
      const value = await read();
      return { value, since: this.#events.slice(position) };
    } finally {
      this.#readers -= 1;
      if (this.#readers === 0) this.#events = [];
    }
  }
}
