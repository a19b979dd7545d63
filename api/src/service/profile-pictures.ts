/** Profile pictures: made safe, stored where configured, the old one removed. */
import { randomBytes } from 'node:crypto';
import type { Store } from '../model/database.ts';
import type { DoomedObjectDao } from '../model/doomed-objects.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError, TryLaterError } from './errors.ts';
import type { Clock, Log, ObjectStore, PictureProcessor, QueueLoad, SafePicture } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { UserService } from './users.ts';
import { RETRY_AFTER_MS, WorkQueue } from './work-queue.ts';

/** Where files are: new ones go to `current`, old ones are found in any of `all`. */
export interface ObjectStores {
  readonly current: ObjectStore;
  readonly all: readonly ObjectStore[];
}

/** A stored picture. */
export interface Picture {
  /** Changes whenever the picture does. */
  readonly version: string;
  readonly contentType: string;
  /** An absolute address outside this server, where the store has one. */
  address(): Promise<string | undefined>;
  /** @throws {DomainError} `picture_not_found` when it has just been replaced */
  bytes(): Promise<Uint8Array>;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly userService: UserService;
  readonly doomed: DoomedObjectDao;
  readonly objects: ObjectStores;
  readonly processor: PictureProcessor;
  readonly now: Clock;
  readonly log: Log;
  /** Uploads received, decoded or waiting at once; each may take the memory of a whole file. */
  readonly queue: number;
}

/** An upload that has taken longer than this has failed. */
const UPLOAD_MS = 10 * 60_000;
/** Uploads of one user under way at once, so that nobody takes the places of all. */
const UPLOADS_PER_USER = 2;
/** A decoded picture may take 200 MB; two at once keep two cores busy. */
const DECODERS = 2;

/** The sweep came before the upload was complete. */
class UploadTooSlow extends Error {
  override message = 'the upload took too long';
}

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};

export class ProfilePictureService {
  readonly #deps: Dependencies;
  readonly #uploads: WorkQueue;
  readonly #decoders: WorkQueue;
  /** Of users who are uploading only. */
  readonly #uploadsByUser = new Map<number, number>();

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
    this.#uploads = new WorkQueue({ workers: dependencies.queue, limit: 0 });
    this.#decoders = new WorkQueue({ workers: DECODERS, limit: dependencies.queue });
  }

  /** What waits here, by name. */
  get queues(): Readonly<Record<'uploads' | 'pictures', QueueLoad>> {
    return { uploads: this.#uploads.load, pictures: this.#decoders.load };
  }

  /**
   * Makes an uploaded file the viewer's picture.
   *
   * @param receive reads the file; it is not called when too many uploads are under way, of all
   *   or of this user
   * @throws {DomainError} `picture_unsupported`, `picture_broken`, `picture_too_many_pixels`, `busy`
   * @throws whatever `receive` throws
   */
  async replace({ userId }: Viewer, receive: () => Promise<Uint8Array>): Promise<void> {
    await this.#asOneOfAFew(userId, () =>
      this.#uploads.run(async () => {
        const upload = await receive();
        const picture = await this.#decoders.run(() => this.#deps.processor.makeSafe(upload));
        await this.#store(userId, picture);
      }),
    );
  }

  /** @throws {DomainError} `user_not_found`, `picture_not_found` */
  async find(userId: number): Promise<Picture> {
    const { profile_picture: object } = await this.#deps.userService.find(userId);
    if (object === null) throw new DomainError('picture_not_found');
    const { store, key } = this.#locate(object);
    return {
      version: key,
      contentType: CONTENT_TYPES[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream',
      address: () => store.address(key),
      bytes: async () => {
        const bytes = await store.get(key);
        if (!bytes) throw new DomainError('picture_not_found');
        return bytes;
      },
    };
  }

  /** Deletes the files that nothing refers to any more. What fails is tried again later. */
  async sweep(): Promise<void> {
    const { doomed, now, log } = this.#deps;
    try {
      for (const object of await doomed.due(now())) await this.#delete(object);
    } catch (error) {
      log.warn({ err: error }, 'files that are not needed any more could not be deleted yet');
    }
  }

  /** @throws {TryLaterError} `busy` when this user is uploading enough already */
  async #asOneOfAFew(userId: number, upload: () => Promise<void>): Promise<void> {
    const underWay = this.#uploadsByUser.get(userId) ?? 0;
    if (underWay >= UPLOADS_PER_USER) throw new TryLaterError('busy', RETRY_AFTER_MS);
    this.#uploadsByUser.set(userId, underWay + 1);
    try {
      await upload();
    } finally {
      const left = (this.#uploadsByUser.get(userId) ?? 1) - 1;
      if (left > 0) this.#uploadsByUser.set(userId, left);
      else this.#uploadsByUser.delete(userId);
    }
  }

  async #delete(object: string): Promise<void> {
    const { store, doomed, now, log } = this.#deps;
    try {
      const { store: home, key } = this.#locate(object);
      await home.delete(key);
      await store.write((tx) => doomed.spare(tx, object));
    } catch (error) {
      log.warn({ err: error, object }, 'a file that is not needed any more was not deleted yet');
      // Behind the others, so that it does not keep them from being deleted.
      await store.write((tx) => doomed.reschedule(tx, object, now() + UPLOAD_MS));
    }
  }

  async #store(userId: number, picture: SafePicture): Promise<void> {
    const { store, doomed, objects, now } = this.#deps;
    const key = `${userId}-${randomBytes(16).toString('hex')}.${picture.extension}`;
    const object = `${objects.current.name}:${key}`;
    await store.write((tx) => doomed.doom(tx, object, now() + UPLOAD_MS));
    try {
      await objects.current.put(key, picture.bytes, picture.contentType);
      await this.#use(userId, object);
    } catch (error) {
      await this.#giveUp(object, error).catch(() => {});
      throw error;
    } finally {
      await this.sweep();
    }
  }

  /** Has the file of a failed upload deleted at once. */
  async #giveUp(object: string, error: unknown): Promise<void> {
    const { store, doomed, now } = this.#deps;
    await store.write((tx) =>
      error instanceof UploadTooSlow
        ? // The sweep has forgotten the file; it is certainly not in use.
          doomed.doom(tx, object, now())
        : // If the transaction was stored although it failed to say so, there is nothing to change.
          doomed.reschedule(tx, object, now()),
    );
  }

  /** Points the user at the new object and dooms the old one, in one transaction. */
  async #use(userId: number, object: string): Promise<void> {
    const { store, users, doomed, now } = this.#deps;
    await store.write(async (tx) => {
      const user = await users.lockPicture(tx, userId);
      if (!user) throw new DomainError('token_invalid');
      if (!(await doomed.spare(tx, object))) throw new UploadTooSlow();
      await users.update(tx, userId, { profile_picture: object }, now());
      if (user.profile_picture !== null) await doomed.doom(tx, user.profile_picture, now());
    });
  }

  /** `<store>:<key>` → the store and the key. */
  #locate(object: string): { store: ObjectStore; key: string } {
    const colon = object.indexOf(':');
    const name = object.slice(0, colon);
    const store = this.#deps.objects.all.find((one) => one.name === name);
    if (!store) throw new Error(`the object store ${name} is not configured, but holds ${object}`);
    return { store, key: object.slice(colon + 1) };
  }
}
