import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { signingKey } from '../../src/adapter/signing-key.ts';
import { tempFolder } from '../kit/temp.ts';

const MODULE = path.join(import.meta.dirname, '../../src/adapter/signing-key.ts');
const FILE = 'signing-key';

/** A process of its own that says when it is ready, and tells its key once the file `go` is there. */
function anotherProcess(dataDir: string, go: string) {
  const script = `
    const { existsSync } = await import('node:fs');
    const { signingKey } = await import(${JSON.stringify(MODULE)});
    console.log('ready');
    while (!existsSync(${JSON.stringify(go)}));
    console.log(Buffer.from(signingKey(undefined, ${JSON.stringify(dataDir)})).toString('base64'));`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return createInterface({ input: child.stdout })[Symbol.asyncIterator]();
}

test('processes that start at once agree on one key, and leave nothing else', async (t) => {
  const dataDir = path.join(tempFolder(t), 'data');
  const go = path.join(tempFolder(t), 'go');
  const processes = [1, 2, 3, 4].map(() => anotherProcess(dataDir, go));
  for (const lines of processes) assert.equal((await lines.next()).value, 'ready');

  writeFileSync(go, '');
  const keys = await Promise.all(processes.map(async (lines) => (await lines.next()).value));

  const own = Buffer.from(signingKey(undefined, dataDir)).toString('base64');
  assert.deepEqual(keys, [own, own, own, own]);
  assert.deepEqual(readdirSync(dataDir), [FILE]);
});

test('the folder of the key is for its owner only', (t) => {
  const dataDir = path.join(tempFolder(t), 'deep/data');
  signingKey(undefined, dataDir);
  assert.equal(statSync(dataDir).mode & 0o777, 0o700);
});

test('an empty key file is refused and left as it is; one of 32 bytes is taken', (t) => {
  const dataDir = tempFolder(t);
  const file = path.join(dataDir, FILE);

  for (const damaged of ['', '\n', 'x'.repeat(31)]) {
    writeFileSync(file, damaged);
    assert.throws(() => signingKey(undefined, dataDir), /too short to be a signing key/);
    assert.equal(readFileSync(file, 'utf8'), damaged);
  }
  writeFileSync(file, ` ${'x'.repeat(32)}\n`);
  assert.equal(Buffer.from(signingKey(undefined, dataDir)).toString(), 'x'.repeat(32));
});
