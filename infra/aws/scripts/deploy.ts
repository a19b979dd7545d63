/**
 * `npm run deploy`: brings a release to AWS.
 *
 *     npm run deploy -- ../../dist/minitter-0.2.0.tgz   uploads this release and runs it
 *     npm run deploy -- 0.1.0                           runs one that was uploaded before: a roll back
 *     npm run deploy                                    keeps the release, applies changed settings
 *
 * `--even-in-alarm` after it: a release that mends what an alarm is about, which AWS would not start.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { EXAMPLE_DOMAIN, loadSettings, type Settings } from '../src/settings.ts';

const PACKAGE = path.join(import.meta.dirname, '..');

/** What a program did. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program; `show` lets the person see and answer it. */
export type Run = (program: string, args: readonly string[], show?: boolean) => Ran;

/** What a person asked for. */
export type Wanted = Release & {
  /** Whether it goes on although an alarm is on. */
  readonly evenInAlarm: boolean;
};

type Release =
  | { readonly kind: 'upload'; readonly file: string; readonly version: string }
  | { readonly kind: 'version'; readonly version: string }
  | { readonly kind: 'same' };

const EVEN_IN_ALARM = '--even-in-alarm';

/** @throws {Error} when the argument is neither a release nor a version */
export function parse(args: readonly string[]): Wanted {
  const release = parseRelease(args.filter((one) => one !== EVEN_IN_ALARM));
  return { ...release, evenInAlarm: args.includes(EVEN_IN_ALARM) };
}

function parseRelease([what, ...rest]: readonly string[]): Release {
  if (rest.length > 0)
    throw new Error('One argument at most: a minitter-<version>.tgz or a version.');
  if (what === undefined) return { kind: 'same' };
  const [, ofFile] = /^minitter-(\d+\.\d+\.\d+\S*)\.tgz$/.exec(path.basename(what)) ?? [];
  if (ofFile !== undefined) return { kind: 'upload', file: what, version: ofFile };
  if (/^\d+\.\d+\.\d+/.test(what)) return { kind: 'version', version: what };
  throw new Error(`${what} is neither a minitter-<version>.tgz nor a version such as 0.1.0.`);
}

/**
 * Uploads, if need be, and deploys.
 *
 * @throws {Error} with a readable sentence when a step fails
 */
export function deploy(wanted: Wanted, settings: Settings, run: Run): void {
  if (settings.domain === EXAMPLE_DOMAIN) {
    throw new Error(`cdk.json still says ${EXAMPLE_DOMAIN}: put your domain and its zone there.`);
  }
  const aws = (...args: string[]) => run('aws', [...args, '--region', settings.region]);
  const stack = settings.name[0]?.toUpperCase() + settings.name.slice(1);
  const account = text(aws('sts', 'get-caller-identity', '--query', 'Account', '--output', 'text'));
  const bucket = `${settings.name}-releases-${account}-${settings.region}`;

  // The bucket first: what is deployed next takes its release from there when it starts.
  check(run('cdk', ['deploy', `${stack}Releases`], true));
  if (wanted.kind === 'upload') upload(wanted.file, bucket, aws);
  const version = wanted.kind === 'same' ? runningVersion(stack, aws) : wanted.version;
  const sha256 = storedSha256(bucket, version, aws);
  const context = [`version=${version}`, `artefactSha256=${sha256}`];
  if (wanted.evenInAlarm) context.push('stopOnAlarm=false');
  const settingsOfThis = context.flatMap((one) => ['-c', one]);
  check(run('cdk', ['deploy', stack, '--exclusively', ...settingsOfThis], true));
}

type Aws = (...args: string[]) => Ran;

/** A version is uploaded once and never changed: a roll back must bring back what had run. */
function upload(file: string, bucket: string, aws: Aws): void {
  const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
  const object = ['--bucket', bucket, '--key', path.basename(file)];
  const metadata = ['--metadata', `sha256=${sha256}`];
  const put = aws(
    's3api',
    'put-object',
    ...object,
    '--body',
    file,
    ...metadata,
    '--if-none-match',
    '*',
  );
  if (put.status === 0) return;
  if (!/PreconditionFailed/.test(put.stderr)) check(put);
  if (headSha256(object, aws) !== sha256) {
    throw new Error(
      `${path.basename(file)} is there already, and is another file: raise its version.`,
    );
  }
}

function storedSha256(bucket: string, version: string, aws: Aws): string {
  const key = `minitter-${version}.tgz`;
  const sha256 = headSha256(['--bucket', bucket, '--key', key], aws);
  if (!/^[0-9a-f]{64}$/.test(sha256))
    throw new Error(`${key} is in ${bucket} without its SHA-256.`);
  return sha256;
}

const headSha256 = (object: readonly string[], aws: Aws): string =>
  text(aws('s3api', 'head-object', ...object, '--query', 'Metadata.sha256', '--output', 'text'));

function runningVersion(stack: string, aws: Aws): string {
  const query = "Stacks[0].Outputs[?OutputKey=='Version'].OutputValue";
  return text(
    aws(
      'cloudformation',
      'describe-stacks',
      '--stack-name',
      stack,
      '--query',
      query,
      '--output',
      'text',
    ),
  );
}

function text(ran: Ran): string {
  check(ran);
  return ran.stdout.trim();
}

function check({ status, stderr }: Ran): void {
  if (status !== 0) throw new Error(stderr.trim() || `A step ended with status ${status}.`);
}

const spawn: Run = (program, args, show = false) => {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: PACKAGE,
    encoding: 'utf8',
    stdio: show ? 'inherit' : 'pipe',
  });
  if (error) throw new Error(`${program} cannot be run: ${error.message}`);
  return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
};

if (import.meta.main) {
  try {
    const { context } = JSON.parse(readFileSync(path.join(PACKAGE, 'cdk.json'), 'utf8')) as {
      context: Record<string, unknown>;
    };
    deploy(
      parse(process.argv.slice(2)),
      loadSettings((name) => context[name]),
      spawn,
    );
  } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 1;
  }
}
