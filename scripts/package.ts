/**
 * `npm run package`: writes `dist/minitter-<version>.tgz`, which `npm i` installs anywhere without
 * compiling. The server is built to JavaScript, because Node.js strips no types inside node_modules.
 */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildWeb, WEB_OUT } from './build-web.ts';

const root = path.join(import.meta.dirname, '..');

/** Copied as they are: from the repository's root → into the package. */
const FILES: Readonly<Record<string, string>> = {
  'api/bin': 'bin',
  'api/README.md': 'README.md',
  'api/README.ko.md': 'README.ko.md',
  'api/src/view/pictures/ours': 'lib/view/pictures/ours',
  '.env.example': '.env.example',
  LICENSE: 'LICENSE',
};

/** A package that was written. */
export interface Packed {
  /** Where it is. */
  readonly file: string;
  readonly bytes: number;
  /** What is in it, as paths from the package's own root. */
  readonly contents: readonly string[];
}

/**
 * Builds the package.
 *
 * @param folder where the `.tgz` goes; made if need be
 * @throws {Error} with what tsc or npm said, when one of them fails
 */
export function makePackage(folder: string): Packed {
  const stage = mkdtempSync(path.join(tmpdir(), 'minitter-package-'));
  try {
    run(path.join(root, 'node_modules/.bin/tsc'), [
      '--project',
      path.join(root, 'api/tsconfig.build.json'),
      '--outDir',
      path.join(stage, 'lib'),
    ]);
    buildWeb();
    cpSync(WEB_OUT, path.join(stage, 'web'), { recursive: true });
    for (const [from, to] of Object.entries(FILES)) {
      cpSync(path.join(root, from), path.join(stage, to), { recursive: true });
    }
    writeFileSync(path.join(stage, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
    mkdirSync(folder, { recursive: true });
    return pack(stage, folder);
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
}

/** The package's own package.json: exactly the versions that were tested, and the runtime with them. */
function manifest(): Record<string, unknown> {
  const api = readJson('api/package.json');
  const { optionalDependencies } = readJson('package.json');
  const { name, version, description, license, type, engines, dependencies } = api;
  return {
    name,
    version,
    description,
    license,
    type,
    bin: { minitter: 'bin/minitter.cjs' },
    engines,
    dependencies: exactly(Object.keys(dependencies as object)),
    optionalDependencies,
  };
}

/** The versions that package-lock.json holds of these packages. */
function exactly(names: readonly string[]): Record<string, string> {
  const locked = readJson('package-lock.json')['packages'] as Record<string, { version: string }>;
  return Object.fromEntries(
    names.map((name) => {
      const found = locked[`api/node_modules/${name}`] ?? locked[`node_modules/${name}`];
      if (!found) throw new Error(`${name} is not in package-lock.json: run npm install.`);
      return [name, found.version];
    }),
  );
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(path.join(root, file), 'utf8')) as Record<string, unknown>;
}

function pack(stage: string, folder: string): Packed {
  const output = run('npm', ['pack', '--json', '--pack-destination', folder, stage]);
  const [packed] = JSON.parse(output) as { filename: string; files: { path: string }[] }[];
  if (!packed) throw new Error('npm pack wrote nothing.');
  const file = path.join(folder, packed.filename);
  return { file, bytes: statSync(file).size, contents: packed.files.map((one) => one.path) };
}

/** @returns what the program wrote to its standard output */
function run(program: string, args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${path.basename(program)} failed:\n${stdout}${stderr}`);
  return stdout;
}

if (import.meta.main) {
  const dist = path.join(root, 'dist');
  // One file and no older ones, so that `dist/minitter-*.tgz` is this one.
  rmSync(dist, { recursive: true, force: true });
  const { file, bytes, contents } = makePackage(dist);
  const size = `${Math.round(bytes / 1024)} kB`;
  console.log(`${path.relative(root, file)}: ${size}, ${contents.length} files`);
}
