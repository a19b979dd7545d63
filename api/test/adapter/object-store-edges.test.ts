/** More of the contract of every object store, and what S3 does when things go wrong. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { DiskObjectStore } from '../../src/adapter/object-store/disk.ts';
import { S3ObjectStore } from '../../src/adapter/object-store/s3.ts';
import type { S3Config } from '../../src/config.ts';
import type { ObjectStore } from '../../src/service/ports.ts';
import { atEnd } from '../kit/at-end.ts';
import { MemoryObjectStore } from '../kit/memory-object-store.ts';
import { freePort } from '../kit/process.ts';
import { freshBucket, HAS_S3 } from '../kit/s3.ts';
import { tempFolder } from '../kit/temp.ts';

const KEY = '1-0123456789abcdef.png';
const bytes = (text: string) => new Uint8Array(Buffer.from(text));
const textOf = (found: Uint8Array | undefined) => found && Buffer.from(found).toString();

function s3(t: TestContext, config: S3Config): S3ObjectStore {
  const store = new S3ObjectStore(config);
  atEnd(t, () => store.close());
  return store;
}

const STORES: Record<string, (t: TestContext) => ObjectStore | Promise<ObjectStore>> = {
  'the double': () => new MemoryObjectStore(),
  disk: (t) => new DiskObjectStore(path.join(tempFolder(t), 'pictures')),
  ...(HAS_S3 && { s3: async (t: TestContext) => s3(t, await freshBucket(t)) }),
};

for (const [name, open] of Object.entries(STORES)) {
  describe(`an object store (${name})`, () => {
    test('keeps objects apart, an empty one among them', async (t) => {
      const store = await open(t);
      await store.put(KEY, bytes('one'), 'image/png');
      await store.put('2.jpg', bytes(''), 'image/jpeg');

      assert.equal(textOf(await store.get(KEY)), 'one');
      assert.equal(textOf(await store.get('2.jpg')), '');
      await store.delete(KEY);
      assert.equal(textOf(await store.get('2.jpg')), '');
    });

    test('shares no memory with those who put and get', async (t) => {
      const store = await open(t);
      const given = bytes('mine');
      await store.put(KEY, given, 'image/png');
      given.fill(0);
      const taken = await store.get(KEY);
      assert.equal(textOf(taken), 'mine');

      taken?.fill(0);

      assert.equal(textOf(await store.get(KEY)), 'mine');
    });
  });
}

for (const name of ['the double', 'disk']) {
  test(`an object store without addresses says so (${name})`, async (t) => {
    const store = await STORES[name]?.(t);
    await store?.put(KEY, bytes('x'), 'image/png');
    assert.equal(await store?.address(KEY), undefined);
  });
}

test('the double fails when told to, half-way and once', async () => {
  const double = new MemoryObjectStore();
  const store: ObjectStore = double;
  double.failNextPut = true;

  await assert.rejects(store.put(KEY, bytes('whole'), 'image/png'));
  assert.equal(textOf(await store.get(KEY)), 'wh');
  await store.put(KEY, bytes('whole'), 'image/png');
  assert.equal(textOf(await store.get(KEY)), 'whole');
});

test('an S3 that cannot be reached fails; it is not as if there were no object', async (t) => {
  const store = s3(t, {
    bucket: 'pictures',
    region: 'ap-northeast-2',
    endpoint: `http://127.0.0.1:${await freePort()}`,
    publicUrl: undefined,
    credentials: { accessKeyId: 'id', secretAccessKey: 'secret' },
  });

  const refused = { code: 'ECONNREFUSED' };
  await assert.rejects(store.get(KEY), refused);
  await assert.rejects(store.put(KEY, bytes('x'), 'image/png'), refused);
  await assert.rejects(store.delete(KEY), refused);
});

test('a presigned address names the object, bears no secret and is good for an hour', async (t) => {
  const store = s3(t, {
    bucket: 'pictures',
    region: 'ap-northeast-2',
    endpoint: 'http://s3.example',
    publicUrl: undefined,
    credentials: { accessKeyId: 'id', secretAccessKey: 'dragon' },
  });

  const address = await store.address(KEY);

  assert.ok(address.startsWith(`http://s3.example/pictures/${KEY}?`), address);
  assert.equal(new URL(address).searchParams.get('X-Amz-Expires'), '3600');
  assert.doesNotMatch(address, /dragon/);
});

if (HAS_S3) {
  test('a bucket that is not there is an error, not an object that is not there', async (t) => {
    const store = s3(t, { ...(await freshBucket(t)), bucket: 'minitter-nowhere' });

    await assert.rejects(store.get(KEY), { name: 'NoSuchBucket' });
    await assert.rejects(store.put(KEY, bytes('x'), 'image/png'), { name: 'NoSuchBucket' });
  });

  test('an object in S3 may be kept for ever by whoever has it', async (t) => {
    const store = s3(t, await freshBucket(t));
    await store.put(KEY, bytes('x'), 'image/webp');

    const { headers } = await fetch(await store.address(KEY));

    assert.equal(headers.get('cache-control'), 'public, max-age=31536000, immutable');
    assert.equal(headers.get('content-type'), 'image/webp');
  });

  test('a presigned address is good for its own object only', async (t) => {
    const store = s3(t, await freshBucket(t));
    await store.put(KEY, bytes('mine'), 'image/png');
    await store.put('2.png', bytes('another'), 'image/png');

    const address = await store.address(KEY);

    assert.equal(await (await fetch(address)).text(), 'mine');
    assert.equal((await fetch(address.replace(KEY, '2.png'))).status, 403);
  });
}
