import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { checkWebClient } from '../../../src/command/doctor/web-client.ts';
import { tempFolder } from '../../kit/temp.ts';
import { assertFinding } from './findings.ts';

test('a web client that nobody has built is a warning', (t) => {
  const folder = tempFolder(t);
  assertFinding(checkWebClient(folder), 'warning', /browsers are shown no pages/);
  writeFileSync(path.join(folder, 'shell.html'), '<!doctype html>');
  assertFinding(checkWebClient(folder), 'ok', /It is there/);
});
