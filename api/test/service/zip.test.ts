import assert from 'node:assert/strict';
import { test } from 'node:test';
import { zip, type ZipEntry } from '../../src/service/zip.ts';
import { unzip } from '../kit/unzip.ts';

const NOW = Date.UTC(2026, 10, 24, 2, 0, 10);

async function* stream(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part);
}

async function packed(...files: ZipEntry[]): Promise<Buffer> {
  const all = (async function* () {
    yield* files;
  })();
  const chunks: Buffer[] = [];
  for await (const chunk of zip(all, NOW)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a zip file has what was put into it', async () => {
  const text = '안녕 '.repeat(10_000);
  const bytes = await packed(
    { name: 'a.json', content: stream(text, text) },
    { name: 'pictures/b.png', content: new Uint8Array([1, 2, 3]) },
    { name: 'empty', content: stream() },
    { name: 'none', content: new Uint8Array() },
  );
  const files = unzip(bytes);
  assert.deepEqual([...files.keys()], ['a.json', 'pictures/b.png', 'empty', 'none']);
  assert.equal(String(files.get('a.json')), text + text);
  assert.deepEqual([...(files.get('pictures/b.png') ?? [])], [1, 2, 3]);
  assert.ok(bytes.length < text.length / 10);
});

test('a zip file without files is one', async () => {
  assert.equal(unzip(await packed()).size, 0);
});

test('a zip file may have more files than the short form can count', async () => {
  const content = new Uint8Array([7]);
  const files = Array.from({ length: 70_000 }, (_, i) => ({ name: `${i}`, content }));
  assert.equal(unzip(await packed(...files)).size, 70_000);
});

test('what goes wrong with a file goes wrong with the zip file, and ends its reading', async () => {
  const failing = async function* () {
    yield Buffer.from('some');
    throw new Error('the database is away');
  };
  await assert.rejects(packed({ name: 'a', content: failing() }), /the database is away/);
});

test('a reader who stops ends the reading of the file', async () => {
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();
  const endless = async function* () {
    try {
      for (;;) yield Buffer.alloc(100_000, String(Math.random()));
    } finally {
      end();
    }
  };
  const files = (async function* () {
    yield { name: 'a', content: endless() };
  })();
  let seen = 0;
  for await (const chunk of zip(files, NOW)) {
    seen += chunk.length;
    if (seen > 1000) break;
  }
  await ended;
});
