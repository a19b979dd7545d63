/** `npm run deploy`, with `aws` and `cdk` played by a list of answers. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { deploy, parse, type Ran } from '../scripts/deploy.ts';
import { loadSettings } from '../src/settings.ts';

const SETTINGS = loadSettings(
  (name) => ({ domain: 'minitter.example', hostedZoneId: 'Z0TEST' })[name],
);
const CONTENT = 'a release';
const SHA256 = createHash('sha256').update(CONTENT).digest('hex');
const OTHER_SHA256 = 'f'.repeat(64);

const ok = (stdout = ''): Ran => ({ status: 0, stdout: `${stdout}\n`, stderr: '' });

/** A fake of both programs: what each call begins with → its answer. Keeps what was called. */
function fake(answers: Readonly<Record<string, Ran>>) {
  const calls: string[] = [];
  const known: Record<string, Ran> = {
    'aws sts get-caller-identity': ok('123456789012'),
    'aws cloudformation describe-stacks': ok('0.1.0'),
    'aws s3api head-object': ok(SHA256),
    'aws s3api put-object': ok(),
    'cdk deploy': ok(),
    ...answers,
  };
  const run = (program: string, args: readonly string[]): Ran => {
    const call = [program, ...args].join(' ');
    calls.push(call);
    const [, answer] = Object.entries(known).find(([start]) => call.startsWith(start)) ?? [];
    assert.ok(answer, `nobody answers: ${call}`);
    return answer;
  };
  return { calls, run };
}

function release(t: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'minitter-deploy-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = path.join(folder, 'minitter-0.2.0.tgz');
  writeFileSync(file, CONTENT);
  return file;
}

test('a release is uploaded before it is deployed, with its hash', (t) => {
  const { calls, run } = fake({});
  const file = release(t);
  deploy(parse([file]), SETTINGS, run);
  const object = '--bucket minitter-releases-123456789012-ap-northeast-2 --key minitter-0.2.0.tgz';
  assert.deepEqual(
    calls.map((call) => call.replace(' --region ap-northeast-2', '')),
    [
      'aws sts get-caller-identity --query Account --output text',
      'cdk deploy MinitterReleases',
      `aws s3api put-object ${object} --body ${file} --metadata sha256=${SHA256} --if-none-match *`,
      `aws s3api head-object ${object} --query Metadata.sha256 --output text`,
      `cdk deploy Minitter --exclusively -c version=0.2.0 -c artefactSha256=${SHA256}`,
    ],
  );
});

test('the same file may be deployed again; another under its name may not', (t) => {
  const taken: Ran = { status: 254, stdout: '', stderr: 'An error occurred (PreconditionFailed)' };
  const file = release(t);
  const again = fake({ 'aws s3api put-object': taken });
  deploy(parse([file]), SETTINGS, again.run);
  assert.match(again.calls.at(-1) ?? '', /^cdk deploy Minitter .*version=0\.2\.0/);

  const other = fake({ 'aws s3api put-object': taken, 'aws s3api head-object': ok(OTHER_SHA256) });
  assert.throws(() => deploy(parse([file]), SETTINGS, other.run), /raise its version/);
  assert.equal(
    other.calls.some((call) => call.startsWith('cdk deploy Minitter ')),
    false,
  );
});

test('a roll back uploads nothing', () => {
  const { calls, run } = fake({});
  deploy(parse(['0.1.0']), SETTINGS, run);
  assert.equal(
    calls.some((call) => call.includes('put-object')),
    false,
  );
  assert.match(calls.at(-1) ?? '', /-c version=0\.1\.0 -c artefactSha256=/);
});

test('a release that mends what an alarm is about does not wait for its end', () => {
  const { calls, run } = fake({});
  deploy(parse(['0.1.0', '--even-in-alarm']), SETTINGS, run);
  assert.match(calls.at(-1) ?? '', /-c version=0\.1\.0 .* -c stopOnAlarm=false$/);
});

test('without an argument the release that runs stays', () => {
  const { calls, run } = fake({ 'aws cloudformation describe-stacks': ok('0.3.1') });
  deploy(parse([]), SETTINGS, run);
  assert.match(calls.at(-1) ?? '', /-c version=0\.3\.1 /);
});

test('a version that was never uploaded stops everything', () => {
  const missing: Ran = { status: 254, stdout: '', stderr: 'An error occurred (404): Not Found' };
  const { calls, run } = fake({ 'aws s3api head-object': missing });
  assert.throws(() => deploy(parse(['9.9.9']), SETTINGS, run), /Not Found/);
  assert.equal(
    calls.some((call) => call.startsWith('cdk deploy Minitter ')),
    false,
  );
});

test('the example domain is not deployed', () => {
  const { calls, run } = fake({});
  const settings = { ...SETTINGS, domain: 'your.domain' };
  assert.throws(() => deploy(parse([]), settings, run), /put your domain/);
  assert.deepEqual(calls, []);
});

test('what is neither a release nor a version is refused', () => {
  assert.throws(() => parse(['latest']), /neither/);
  assert.throws(() => parse(['1.0.0', '2.0.0']), /One argument/);
});
