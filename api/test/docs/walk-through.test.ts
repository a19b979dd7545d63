import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { startApp } from '../kit/app.ts';
import { ENGINES } from '../kit/engines.ts';
import { freshBucket, HAS_S3, s3Settings } from '../kit/s3.ts';
import { tempFolder } from '../kit/temp.ts';

const root = path.join(import.meta.dirname, '../../..');
const README_SERVER = 'http://127.0.0.1:5000';

/** The commands of a README's walk-through. */
function walkThrough(readme: string): string {
  const text = readFileSync(path.join(root, readme), 'utf8');
  const script = /<!-- walk-through -->\n```sh\n([^]*?)```/.exec(text)?.[1];
  assert.ok(script, `${readme} has a walk-through`);
  return script;
}

/** Runs the walk-through against `url`; every curl must succeed. */
async function walk(t: TestContext, readme: string, url: string) {
  const script = walkThrough(readme);
  assert.ok(script.includes(README_SERVER));
  const cwd = tempFolder(t);
  const me = sharp({ create: { width: 900, height: 600, channels: 3, background: 'teal' } });
  writeFileSync(path.join(cwd, 'me.jpg'), await me.jpeg().toBuffer());
  const bash = [
    '-euo',
    'pipefail',
    '-c',
    script.replace(README_SERVER, url).replaceAll('curl -sS', 'curl --fail -sS'),
  ];
  const { stdout } = await promisify(execFile)('bash', bash, { cwd });
  return { stdout, picture: readFileSync(path.join(cwd, 'ada.jpg')) };
}

for (const engine of ENGINES) {
  for (const store of HAS_S3 ? ['disk', 's3'] : ['disk']) {
    test(`the README's walk-through works on ${engine} with pictures on ${store}`, async (t) => {
      const env = store === 's3' ? s3Settings(await freshBucket(t)) : {};
      const { url } = await startApp(t, { engine, env: { ...env, RATE_LIMITS: 'on' } });

      const { stdout, picture } = await walk(t, 'README.md', url);

      assert.match(stdout, /"name":"Ada","email":"ada@example.com"/);
      assert.match(stdout, /^\{[^\n]*\}\n\{[^\n]*\}\n/, 'each answer has a line of its own');
      assert.match(stdout, /"timeline":\[\{"user_id":2,"tweet":"안녕하세요, Minitter!"\}\]/);
      const { width, height, format } = await sharp(picture).metadata();
      assert.deepEqual([format, width, height], ['jpeg', 512, 341]);
    });
  }
}

test('the Korean README walks the same way', () => {
  const withoutComments = (script: string) => script.replace(/^#.*$/gm, '#');
  assert.equal(
    withoutComments(walkThrough('README.ko.md')),
    withoutComments(walkThrough('README.md')),
  );
});
