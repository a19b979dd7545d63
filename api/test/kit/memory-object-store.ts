/** Files in memory: the double of every object store. */
import type { ObjectStore } from '../../src/service/ports.ts';

export interface MemoryObjectStoreOptions {
  readonly name?: ObjectStore['name'];
  /** Whether `put` fails and stores nothing. */
  readonly failPut?: boolean;
}

export class MemoryObjectStore implements ObjectStore {
  readonly name: ObjectStore['name'];
  readonly objects = new Map<string, Uint8Array>();
  readonly #failPut: boolean;

  constructor({ name = 'disk', failPut = false }: MemoryObjectStoreOptions = {}) {
    this.name = name;
    this.#failPut = failPut;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (this.#failPut) throw new Error('the object store cannot be reached');
    this.objects.set(key, new Uint8Array(bytes));
  }

  async get(key: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const bytes = this.objects.get(key);
    return bytes && new Uint8Array(bytes);
  }

  async delete(key: string): Promise<void> {
    this.objects.delete(key);
  }

  async address(): Promise<undefined> {
    return undefined;
  }
}
