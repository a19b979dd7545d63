/** All streams of this server: how many there may be, whether they are alive, and when they end. */
import { DomainError } from '../../../service/errors.ts';
import { STREAM_WAITING_MAX, STREAMS_PER_USER } from '../../../service/limits.ts';
import type { SessionService, Viewer } from '../../../service/sessions.ts';
import { RequestError } from '../../errors.ts';

/** Why a stream ends. */
export type Ending = 'stopping' | 'session over' | 'too slow' | 'dead';

/** Somebody's connection. */
export interface Connection {
  readonly viewer: Viewer;
  /** Bytes that wait for him to read. */
  readonly waiting: number;
  /** Makes itself heard. @returns false when nothing was heard of him since the last time */
  beat(): boolean;
  end(why: Ending): void;
}

/** So often every stream makes itself heard: less than proxies wait. */
const BEAT_MS = 30_000;
/** So often it is looked whether sessions have ended. */
const LOOK_MS = 2000;

export class StreamConnections {
  readonly #sessions: SessionService;
  readonly #connections = new Set<Connection>();
  readonly #byUser = new Map<number, number>();
  #timers: NodeJS.Timeout[] = [];
  #isLooking = false;
  #isStopping = false;

  constructor(sessions: SessionService) {
    this.#sessions = sessions;
  }

  get size(): number {
    return this.#connections.size;
  }

  start(): void {
    const look = () => void this.endOver().catch(() => {});
    this.#timers = [setInterval(() => this.beat(), BEAT_MS), setInterval(look, LOOK_MS)];
    for (const timer of this.#timers) timer.unref();
  }

  /**
   * To be asked before a connection is made.
   *
   * @throws {DomainError} `too_many_streams`
   * @throws {RequestError} `stopping`
   */
  makeRoomFor({ userId }: Viewer): void {
    if (this.#isStopping) throw new RequestError('stopping');
    if ((this.#byUser.get(userId) ?? 0) >= STREAMS_PER_USER) {
      throw new DomainError('too_many_streams');
    }
  }

  add(connection: Connection): void {
    this.#connections.add(connection);
    this.#count(connection, 1);
    if (this.#isStopping) connection.end('stopping');
  }

  /** To be told when a connection is gone. */
  delete(connection: Connection): void {
    if (this.#connections.delete(connection)) this.#count(connection, -1);
  }

  /** To be told after something was written: whoever does not read is not waited for. */
  wrote(connection: Connection): void {
    if (connection.waiting > STREAM_WAITING_MAX) connection.end('too slow');
  }

  /** Makes every stream heard, and ends those whose client was not heard of since the last time. */
  beat(): void {
    for (const connection of this.#connections) {
      if (!connection.beat()) connection.end('dead');
    }
  }

  /** Ends the streams of sessions that are over. */
  async endOver(): Promise<void> {
    if (this.#isLooking || this.#connections.size === 0) return;
    this.#isLooking = true;
    try {
      const looked = [...this.#connections];
      const live = await this.#sessions.liveAmong(looked.map(({ viewer }) => viewer.jti));
      for (const connection of looked) {
        if (!live.has(connection.viewer.jti)) connection.end('session over');
      }
    } finally {
      this.#isLooking = false;
    }
  }

  /** Ends all of them; there will be no others. */
  stop(): void {
    this.#isStopping = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const connection of this.#connections) connection.end('stopping');
  }

  #count({ viewer: { userId } }: Connection, change: number): void {
    const count = (this.#byUser.get(userId) ?? 0) + change;
    if (count > 0) this.#byUser.set(userId, count);
    else this.#byUser.delete(userId);
  }
}
