/**
 * Files that rows refer to: each is doomed before it is stored, and spared in the unit that puts it
 * to use, so that nothing is left behind of what fails half-way (docs/adr/0005-doomed-objects.md).
 */
import { randomBytes } from 'node:crypto';
import type { Store, Tx } from '../model/database.ts';
import type { DoomedObjectDao } from '../model/doomed-objects.ts';
import type { Clock, Log, ObjectStore, SafePicture } from './ports.ts';

/** Where files are: new ones go to `current`, old ones are found in any of `all`. */
export interface ObjectStores {
  readonly current: ObjectStore;
  readonly all: readonly ObjectStore[];
}

/** A stored file. */
export interface StoredFile {
  readonly key: string;
  readonly contentType: string;
  /** An absolute address outside this server, where the store has one. */
  address(): Promise<string | undefined>;
  /** @returns undefined when it has just been deleted */
  bytes(): Promise<Uint8Array | undefined>;
}

/** A file to hand out: its bytes, or where else they are. */
export type FoundFile =
  | { readonly contentType: string; readonly bytes: Uint8Array }
  | { readonly address: string };

interface Dependencies {
  readonly store: Store;
  readonly doomed: DoomedObjectDao;
  readonly objects: ObjectStores;
  readonly now: Clock;
  readonly log: Log;
}

/** An upload that has taken longer than this has failed. */
const UPLOAD_MS = 10 * 60_000;

/** The sweep came before the upload was complete. */
class UploadTooSlow extends Error {
  override message = 'the upload took too long';
}

const CONTENT_TYPES: Record<string, string> = {
  jpg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  gif: 'image/gif',
};

/** Keys as they are made here; whatever else a bucket may hold is not ours to show. */
const OUR_KEY = /^\d{1,16}-[0-9a-f]{32}\.(?:jpg|png|webp|gif)$/;

export class StoredFiles {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Stores files and puts them to use, all or none.
   *
   * @param userId whose they are; it is in their names
   * @param use refers to them, in a unit of work; it gets their names as `<store>:<key>`, in the same
   *   order
   * @throws whatever `use` throws
   */
  async add<T>(
    userId: number,
    files: readonly SafePicture[],
    use: (tx: Tx, objects: readonly string[]) => Promise<T>,
  ): Promise<T> {
    const { store, objects, now } = this.#deps;
    const keys = files.map(({ extension }) => newKey(userId, extension));
    const names = keys.map((key) => `${objects.current.name}:${key}`);
    const notBefore = now() + UPLOAD_MS;
    await store.write((tx) => this.doom(tx, names, notBefore));
    try {
      for (const [i, { bytes, contentType }] of files.entries()) {
        await objects.current.put(keys[i] as string, bytes, contentType);
      }
      return await store.write(async (tx) => {
        await this.#spare(tx, names);
        return use(tx, names);
      });
    } catch (error) {
      await this.#giveUp(names, error).catch(() => {});
      throw error;
    } finally {
      await this.sweepSome();
    }
  }

  /** Has files deleted that nothing refers to any more; at once, unless told otherwise. */
  async doom(tx: Tx, objects: readonly string[], notBefore = this.#deps.now()): Promise<void> {
    for (const object of objects) await this.#deps.doomed.doom(tx, object, notBefore);
  }

  /** @param object `<store>:<key>` */
  find(object: string): StoredFile {
    const { store, key } = this.#locate(object);
    return {
      key,
      contentType: contentTypeOf(key),
      address: () => store.address(key),
      bytes: () => store.get(key),
    };
  }

  /** The file of this key, in whichever store it is; undefined when it is in none. */
  async fetch(key: string): Promise<FoundFile | undefined> {
    if (!OUR_KEY.test(key)) return undefined;
    let address: string | undefined;
    for (const store of this.#deps.objects.all) {
      const elsewhere = await store.address(key);
      const bytes = elsewhere === undefined ? await store.get(key) : undefined;
      if (bytes) return { contentType: contentTypeOf(key), bytes };
      address ??= elsewhere;
    }
    return address === undefined ? undefined : { address };
  }

  /** Deletes all files that nothing refers to any more. What fails is tried again later. */
  async sweep(): Promise<void> {
    while (await this.sweepSome());
  }

  /** Deletes some of them. @returns whether there may be more */
  async sweepSome(): Promise<boolean> {
    const { doomed, now, log } = this.#deps;
    try {
      const due = await doomed.due(now());
      for (const object of due) await this.#delete(object);
      return due.length > 0;
    } catch (error) {
      log.warn({ err: error }, 'files that are not needed any more could not be deleted yet');
      return false;
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

  /** @throws {UploadTooSlow} */
  async #spare(tx: Tx, objects: readonly string[]): Promise<void> {
    for (const object of objects) {
      if (!(await this.#deps.doomed.spare(tx, object))) throw new UploadTooSlow();
    }
  }

  /** Has the files of a failed upload deleted at once. */
  async #giveUp(objects: readonly string[], error: unknown): Promise<void> {
    const { store, doomed, now } = this.#deps;
    await store.write(async (tx) => {
      // The sweep has forgotten the files; they are certainly not in use.
      if (error instanceof UploadTooSlow) return this.doom(tx, objects);
      // If the transaction was stored although it failed to say so, there is nothing to change.
      for (const object of objects) await doomed.reschedule(tx, object, now());
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

/** Nobody can guess it, so whoever knows it was shown it. */
const newKey = (userId: number, extension: string): string =>
  `${userId}-${randomBytes(16).toString('hex')}.${extension}`;

const contentTypeOf = (key: string): string =>
  CONTENT_TYPES[key.split('.').at(-1) ?? ''] ?? 'application/octet-stream';
