/** Files in a folder of this machine. */
import { open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder } from '../../make-folder.ts';
import type { ObjectStore } from '../../service/ports.ts';

export class DiskObjectStore implements ObjectStore {
  readonly name = 'disk';
  readonly #folder: string;

  /** @param folder made when the first file is stored */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keys are not put twice at once: each upload has a key of its own. */
  async put(key: string, bytes: Uint8Array): Promise<void> {
    const whole = this.#path(key);
    makeFolder(this.#folder);
    // A reader never sees half a file, and a crash leaves none under the real name.
    const unfinished = this.#unfinished(key);
    try {
      const file = await open(unfinished, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, whole);
      await syncFolder(this.#folder);
    } catch (error) {
      await rm(unfinished, { force: true });
      throw error;
    }
  }

  async get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      return await readFile(this.#path(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** Deletes what a crash has left of an unfinished file, too. */
  async delete(key: string): Promise<void> {
    await rm(this.#path(key), { force: true });
    await rm(this.#unfinished(key), { force: true });
  }

  /** A folder has no address; the server hands the bytes out itself. */
  async address(): Promise<undefined> {
    return undefined;
  }

  /** Where a file is until it is whole; named after its key, so that it can be found again. */
  #unfinished(key: string): string {
    return path.join(this.#folder, `.${key}.part`);
  }

  #path(key: string): string {
    if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(key)) throw new Error(`not a key: ${key}`);
    return path.join(this.#folder, key);
  }
}

/** The new name is durable once its folder is; see fsync(2). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
