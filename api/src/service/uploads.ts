/** Uploads of pictures, however many come at once: each may take the memory of a whole file. */
import { TryLaterError } from './errors.ts';
import type { QueueLoad } from './ports.ts';
import { RETRY_AFTER_MS, WorkQueue } from './work-queue.ts';

/** Uploads of one user under way at once, so that nobody takes the places of all. */
const UPLOADS_PER_USER = 2;
/** A decoded picture may take 200 MB; two at once keep two cores busy. */
const DECODERS = 2;

export class Uploads {
  readonly #uploads: WorkQueue;
  readonly #decoders: WorkQueue;
  /** Of users who are uploading only. */
  readonly #uploadsByUser = new Map<number, number>();

  /** @param queue uploads received, decoded or waiting at once */
  constructor({ queue }: { queue: number }) {
    this.#uploads = new WorkQueue({ workers: queue, limit: 0 });
    this.#decoders = new WorkQueue({ workers: DECODERS, limit: queue });
  }

  /** What waits here, by name. */
  get queues(): Readonly<Record<'uploads' | 'pictures', QueueLoad>> {
    return { uploads: this.#uploads.load, pictures: this.#decoders.load };
  }

  /**
   * Runs what receives an upload and makes something of it, at once or not at all.
   *
   * @throws {TryLaterError} `busy` when too many are under way, of all or of this user
   * @throws whatever `upload` throws
   */
  async run<T>(userId: number, upload: () => Promise<T>): Promise<T> {
    const underWay = this.#uploadsByUser.get(userId) ?? 0;
    if (underWay >= UPLOADS_PER_USER) throw new TryLaterError('busy', RETRY_AFTER_MS);
    this.#uploadsByUser.set(userId, underWay + 1);
    try {
      return await this.#uploads.run(upload);
    } finally {
      const left = (this.#uploadsByUser.get(userId) ?? 1) - 1;
      if (left > 0) this.#uploadsByUser.set(userId, left);
      else this.#uploadsByUser.delete(userId);
    }
  }

  /** Runs what decodes a picture, in its turn. @throws {TryLaterError} `busy` */
  async decode<T>(task: () => Promise<T>): Promise<T> {
    return this.#decoders.run(task);
  }
}
