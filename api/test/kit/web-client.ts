/** The web client as the build leaves it, but small. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { tempFolder } from './temp.ts';

export const SCRIPT = 'console.log("begin");';
const SHELL = `<!doctype html><html><head><!--minitter:head--></head>
<body><!--minitter:plain--><div><script>${SCRIPT}</script></div></body></html>`;
export const CODE = '/_app/immutable/entry.A1b2.js';

/** @returns the folder it is in */
export function builtClient(t: TestContext): string {
  const folder = tempFolder(t);
  mkdirSync(path.join(folder, '_app/immutable'), { recursive: true });
  writeFileSync(path.join(folder, 'shell.html'), SHELL);
  writeFileSync(path.join(folder, 'icon.svg'), '<svg/>');
  writeFileSync(path.join(folder, 'service-worker.js'), SCRIPT);
  writeFileSync(path.join(folder, CODE), SCRIPT);
  writeFileSync(path.join(folder, `${CODE}.br`), brotliCompressSync(SCRIPT));
  writeFileSync(path.join(folder, `${CODE}.gz`), gzipSync(SCRIPT));
  return folder;
}
