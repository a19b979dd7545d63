/** `npm run check`: formatting, types, lint and the layer rule. All are run; each says what it found. */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { layerViolations, readImports } from './layers.ts';

const root = path.join(import.meta.dirname, '..');

/** The checks that are tools of their own: a title, and a program of `node_modules/.bin`. */
const TOOLS: readonly (readonly [title: string, program: string, ...args: string[]])[] = [
  ['formatting (mend it with npm run format)', 'oxfmt', '--check'],
  ['types', 'tsc', '--project', '.'],
  ['lint', 'oxlint', '--type-aware', '--deny-warnings', 'api', 'bench', 'scripts'],
];

/** @returns whether everything is in order */
export function check(): boolean {
  const results = TOOLS.map(([title, program, ...args]) => report(title, runTool(program, args)));
  results.push(
    report('layers', layerViolations(readImports(path.join(root, 'api/src'))).join('\n')),
  );
  return results.every(Boolean);
}

/** @returns what the tool complained of; empty when all is well */
function runTool(program: string, args: readonly string[]): string {
  const { status, error, stdout, stderr } = spawnSync(program, args, {
    cwd: root,
    encoding: 'utf8',
    env: {
      ...process.env,
      PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env['PATH']}`,
    },
  });
  if (error) return String(error);
  return status === 0 ? '' : `${stdout}${stderr}` || `${program} ended with status ${status}`;
}

function report(title: string, complaints: string): boolean {
  const isFine = complaints === '';
  console.log(`${isFine ? '✔' : '✖'} ${title}${isFine ? '' : `\n${complaints}`}`);
  return isFine;
}

if (import.meta.main) process.exitCode = check() ? 0 : 1;
