import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { errorsPage } from '../../../scripts/generate-docs.ts';

test('docs/errors.md lists every error as the code has it (npm run docs writes it anew)', () => {
  const file = path.join(import.meta.dirname, '../../../docs/errors.md');
  assert.equal(readFileSync(file, 'utf8'), errorsPage());
});
