import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { atEnd } from './at-end.ts';

/** A new folder of the test's own, gone when the test ends. */
export function tempFolder(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'minitter-test-'));
  atEnd(t, () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
