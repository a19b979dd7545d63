/**
 * `npm run check`: formatting, types, lint, the web client and the layer rule. All are run, at the same
 * time; each says what it found.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BROWSER_PACKAGE } from './browser-tests.ts';
import { hashOf, WEB_SOURCES } from './build-web.ts';
import { layerViolations, readImports } from './layers.ts';
import { isInstalled } from './own-packages.ts';

const root = path.join(import.meta.dirname, '..');
const web = path.join(root, 'web');

/** A program of `node_modules/.bin`, and where it is run. */
interface Tool {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd?: string;
}

/** The checks that are tools of their own. */
const TOOLS: Readonly<Record<string, Tool>> = {
  'formatting (mend it with npm run format)': { program: 'oxfmt', args: ['--check'] },
  types: { program: 'tsc', args: ['--project', '.'] },
  lint: {
    program: 'oxlint',
    args: ['--type-aware', '--deny-warnings', 'api', 'bench', 'scripts', 'web'],
  },
};

/** The same for the browser tests, whose types come with packages of their own. */
const BROWSER_TOOLS: typeof TOOLS = {
  'types of the browser tests': { program: 'tsc', args: ['--project', BROWSER_PACKAGE] },
  'lint of the browser tests': {
    program: 'oxlint',
    args: ['--type-aware', '--deny-warnings', BROWSER_PACKAGE],
  },
};

/** @returns whether everything is in order */
export async function check(): Promise<boolean> {
  // What the client's types extend is made by its framework.
  const unmade = await runTool({ program: 'svelte-kit', args: ['sync'], cwd: web });
  const tools = isInstalled(BROWSER_PACKAGE) ? { ...TOOLS, ...BROWSER_TOOLS } : TOOLS;
  const results = Object.entries(tools).map(async ([title, tool]) => report(title, runTool(tool)));
  results.push(report('web client', checkWeb(unmade)), report('layers', checkLayers()));
  return (await Promise.all(results)).every(Boolean);
}

async function checkLayers(): Promise<string> {
  return layerViolations(readImports(path.join(root, 'api/src'))).join('\n');
}

/** The client, its tests, and what these take from the server. */
const CHECKED = [...WEB_SOURCES, 'web/test/**/*', 'api/src/service/{errors,limits,text}.ts'];
/** Says of which sources all was well: to look again would take most of the time. */
const MARK = path.join(web, '.svelte-kit/checked');

/** Types, and what the compiler warns of, in the client's components. */
async function checkWeb(unmade: string): Promise<string> {
  const sources = hashOf(CHECKED);
  if (unmade !== '') return unmade;
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === sources) return '';
  const svelteCheck = { program: 'svelte-check', args: ['--fail-on-warnings'], cwd: web };
  const complaints = await runTool(svelteCheck);
  if (complaints === '') {
    mkdirSync(path.dirname(MARK), { recursive: true });
    writeFileSync(MARK, sources);
  }
  return complaints;
}

/** @returns what the tool complained of; empty when all is well */
async function runTool({ program, args, cwd = root }: Tool): Promise<string> {
  const bins = [cwd, root].map((folder) => path.join(folder, 'node_modules/.bin'));
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, PATH: [...bins, process.env['PATH']].join(path.delimiter) },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (part: string) => (said += part));
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve(String(error)));
    child.once('close', (status) =>
      resolve(status === 0 ? '' : said || `${program} ended with status ${status}`),
    );
  });
}

async function report(title: string, finding: Promise<string>): Promise<boolean> {
  const complaints = await finding;
  const isFine = complaints === '';
  console.log(`${isFine ? '✔' : '✖'} ${title}${isFine ? '' : `\n${complaints}`}`);
  return isFine;
}

if (import.meta.main) process.exitCode = (await check()) ? 0 : 1;
