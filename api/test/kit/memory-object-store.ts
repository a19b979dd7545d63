import type { ObjectStore } from '../../src/service/ports.ts';

/** The double of an object store; it passes the same contract tests as the real ones. */
export class MemoryObjectStore implements ObjectStore {
  readonly name: ObjectStore['name'];
  readonly objects = new Map<string, Uint8Array>();
  /** Makes the next `put` fail, after it has stored half of the bytes, as a broken line would. */
  failNextPut = false;

  constructor(name: ObjectStore['name'] = 'disk') {
    this.name = name;
  }

  async put(key: string, bytes: Uint8Array): Promise<void> {
    if (this.failNextPut) {
      this.failNextPut = false;
      this.objects.set(key, bytes.slice(0, bytes.length / 2));
      throw new Error('the line broke');
    }
    this.objects.set(key, bytes.slice());
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
