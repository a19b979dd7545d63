import assert from 'node:assert/strict';
import { test } from 'node:test';
import { size } from '../../../src/command/doctor/finding.ts';
import {
  checkMemory,
  checkOpenFiles,
  checkRuntime,
  memoryLimit,
  openFileLimit,
} from '../../../src/command/doctor/machine.ts';
import type { DatabaseConfig } from '../../../src/config.ts';
import { assertFinding } from './findings.ts';

const SQLITE: DatabaseConfig = { engine: 'sqlite', file: 'minitter.db', writeQueue: 1 };
const MYSQL: DatabaseConfig = { engine: 'mysql', url: 'mysql://x/y', poolSize: 1, writeQueue: 1 };
const MB = 2 ** 20;

test('an SQLite that can corrupt is a problem, unless MySQL is the database', () => {
  assertFinding(checkRuntime({ database: SQLITE }), 'ok', /SQLite 3\.\d+/);
  assertFinding(checkRuntime({ database: SQLITE }, '3.51.3'), 'ok', /SQLite 3\.51\.3/);
  assertFinding(
    checkRuntime({ database: SQLITE }, '3.51.2'),
    'problem',
    /SQLite 3\.51\.2.*corrupt/,
  );
  assertFinding(checkRuntime({ database: MYSQL }, '3.51.2'), 'ok', /Node\.js/);
});

test('memory must hold the timelines, if they are in memory', () => {
  const memory = { store: 'memory', cacheBytes: 512 * MB } as const;
  assertFinding(checkMemory({ timelines: memory }, 896 * MB), 'ok', /896 MB may be used/);
  assertFinding(checkMemory({ timelines: memory }, 895 * MB), 'warning', /may take 896 MB/);
  const sql = { store: 'sql', cacheBytes: 512 * MB } as const;
  assertFinding(checkMemory({ timelines: sql }, 384 * MB), 'ok', /about 384 MB/);
});

test('few open files are a warning, very few a problem', () => {
  assertFinding(checkOpenFiles(undefined, 65_536), 'ok', /^65536 files/);
  assertFinding(checkOpenFiles(undefined, 1024), 'warning', /^Only 1024 files/);
  assertFinding(checkOpenFiles(undefined, 255), 'problem', /^Only 255 files/);
});

test('the limits of this process are read', () => {
  assert.ok(memoryLimit() > 64 * MB && memoryLimit() < 2 ** 50);
  assert.ok(openFileLimit() >= 64);
});

test('sizes are said as people say them', () => {
  assert.deepEqual([0, 1, 1023, 1024, 10_240, 1.5 * MB, 2 ** 30, 2 ** 50].map(size), [
    '0 bytes',
    '1 bytes',
    '1023 bytes',
    '1.0 kB',
    '10 kB',
    '1.5 MB',
    '1.0 GB',
    '1024 TB',
  ]);
});
