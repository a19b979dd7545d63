import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { layerViolations, readImports } from '../../scripts/layers.ts';

const source = path.join(import.meta.dirname, '../src');

test('the layer rule holds in the source as it is', () => {
  const imports = readImports(source);
  assert.ok(imports.size > 50, 'the source is really read');
  assert.ok([...imports.values()].flat().length > 100, 'its imports are really found');
  assert.deepEqual(layerViolations(imports), []);
});

test('an import that breaks the layer rule is told', () => {
  const planted: [file: string, target: string][] = [
    ['service/tweets.ts', 'view/errors.ts'],
    ['service/tweets.ts', 'adapter/object-store/s3.ts'],
    ['model/tweets.ts', 'service/tweets.ts'],
    ['view/classic/tweets.ts', 'model/tweets.ts'],
    ['view/classic/tweets.ts', 'adapter/object-store/s3.ts'],
    ['adapter/object-store/s3.ts', 'model/users.ts'],
    ['config.ts', 'service/limits.ts'],
    ['service/users.ts', 'model/bulk.ts'],
  ];
  for (const [file, target] of planted) {
    assert.deepEqual(layerViolations(new Map([[file, [target]]])), [
      `${file} must not import ${target}`,
    ]);
  }
});

test('folders that import each other in a circle are told', () => {
  const imports = new Map([
    ['model/sqlite/store.ts', ['model/mysql/store.ts']],
    ['model/mysql/store.ts', ['model/migrations/index.ts']],
    ['model/migrations/index.ts', ['model/sqlite/store.ts']],
  ]);
  assert.deepEqual(layerViolations(imports), [
    'folders in a circle: model/sqlite → model/mysql → model/migrations → model/sqlite',
  ]);
});
