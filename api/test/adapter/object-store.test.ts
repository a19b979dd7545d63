/** One contract for every object store, the double of the tests included. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { DiskObjectStore } from '../../src/adapter/object-store/disk.ts';
import { S3ObjectStore } from '../../src/adapter/object-store/s3.ts';
import type { ObjectStore } from '../../src/service/ports.ts';
import { atEnd } from '../kit/at-end.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { freshBucket, HAS_S3 } from '../kit/s3.ts';
import { tempFolder } from '../kit/temp.ts';

const STORES: Record<string, (t: TestContext) => ObjectStore | Promise<ObjectStore>> = {
  'the double': () => new MemoryObjectStore(),
  disk: (t) => new DiskObjectStore(path.join(tempFolder(t), 'pictures')),
  ...(HAS_S3 && {
    s3: async (t: TestContext) => {
      const store = new S3ObjectStore(await freshBucket(t));
      atEnd(t, () => store.close());
      return store;
    },
  }),
};

const KEY = '1-0123456789abcdef.png';
const bytes = (text: string) => new Uint8Array(Buffer.from(text));

for (const [name, open] of Object.entries(STORES)) {
  describe(`an object store (${name})`, () => {
    test('gives back what it was given, and the newest of it', async (t) => {
      const store = await open(t);
      const everyByte = Uint8Array.from({ length: 100_000 }, (_, i) => i % 256);

      await store.put(KEY, everyByte, 'image/png');
      assert.deepEqual(Buffer.from((await store.get(KEY)) ?? []), Buffer.from(everyByte));
      await store.put(KEY, bytes('newer'), 'image/png');
      assert.deepEqual(Buffer.from((await store.get(KEY)) ?? []).toString(), 'newer');
    });

    test('has nothing where nothing was put, and deletes twice without a word', async (t) => {
      const store = await open(t);
      assert.equal(await store.get(KEY), undefined);
      await store.put(KEY, bytes('x'), 'image/png');

      await store.delete(KEY);
      await store.delete(KEY);

      assert.equal(await store.get(KEY), undefined);
    });
  });
}

test('files on disk are for their owner only, and whole', async (t) => {
  const folder = path.join(tempFolder(t), 'pictures');
  const store: ObjectStore = new DiskObjectStore(folder);
  const keys = [1, 2, 3].map((n) => `${n}-${KEY}`);
  await Promise.all(keys.map((key) => store.put(key, bytes(`file ${key}`), 'image/png')));

  assert.deepEqual(readdirSync(folder).toSorted(), keys);
  for (const key of keys) {
    assert.equal(statSync(path.join(folder, key)).mode & 0o777, 0o600);
    assert.equal(Buffer.from((await store.get(key)) ?? []).toString(), `file ${key}`);
  }
});

test('what a crash has left of a file on disk goes with its key', async (t) => {
  const folder = tempFolder(t);
  writeFileSync(path.join(folder, `.${KEY}.part`), 'half a pict');
  const store: ObjectStore = new DiskObjectStore(folder);

  assert.equal(await store.get(KEY), undefined);
  await store.delete(KEY);

  assert.deepEqual(readdirSync(folder), []);
});

test('a file that cannot be stored on disk leaves nothing behind', async (t) => {
  const folder = tempFolder(t);
  // A folder where the file should go: the last step of storing fails.
  mkdirSync(path.join(folder, KEY));

  const store: ObjectStore = new DiskObjectStore(folder);
  await assert.rejects(store.put(KEY, bytes('x'), 'image/png'));

  assert.deepEqual(readdirSync(folder), [KEY]);
});

test('no key leads out of the folder', async (t) => {
  const store: ObjectStore = new DiskObjectStore(tempFolder(t));
  for (const key of ['../x', 'a/b', '/etc/passwd', '.hidden', '', 'a\0b', '..']) {
    await assert.rejects(store.get(key), /not a key/);
    await assert.rejects(store.put(key, bytes('x'), 'image/png'), /not a key/);
    await assert.rejects(store.delete(key), /not a key/);
  }
});

if (HAS_S3) {
  test('a presigned address gives the object to anybody, with its type', async (t) => {
    const store = new S3ObjectStore(await freshBucket(t));
    atEnd(t, () => store.close());
    await store.put(KEY, bytes('picture'), 'image/png');

    const response = await fetch(await store.address(KEY));

    assert.equal(await response.text(), 'picture');
    assert.equal(response.headers.get('content-type'), 'image/png');
    const unsigned = await fetch((await store.address(KEY)).replace(/\?.*/, ''));
    assert.equal(unsigned.ok, false);
  });

  test('a wrong secret is refused', async (t) => {
    const config = await freshBucket(t);
    const credentials = {
      accessKeyId: config.credentials?.accessKeyId ?? '',
      secretAccessKey: 'no',
    };
    const store = new S3ObjectStore({ ...config, credentials });
    atEnd(t, () => store.close());

    await assert.rejects(store.put(KEY, bytes('x'), 'image/png'), {
      name: 'SignatureDoesNotMatch',
    });
  });

  test('with a public address of the bucket nothing is signed', async (t) => {
    const store = new S3ObjectStore({
      ...(await freshBucket(t)),
      publicUrl: 'https://cdn.example',
    });
    atEnd(t, () => store.close());
    assert.equal(await store.address(KEY), `https://cdn.example/${KEY}`);
  });
}
