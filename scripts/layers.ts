/**
 * The layer rule, checked: who may import whom below `api/src`, and no folder in a circle.
 * DESIGN in one line: `view → service → model`, and `service → ports that adapter implements`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSync } from 'oxc-parser';

/** A source file, as a path from `api/src`, and the files of `api/src` that it imports. */
export type Imports = ReadonlyMap<string, readonly string[]>;

/** Tools that know nothing of the rest. */
const TOOLS = ['change-table', 'same-ids'];

/**
 * What each layer may import besides itself. What is at the top (`app.ts` with `app/`, `main.ts`) and the
 * commands put everything together and may import all.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  view: ['service', 'config'],
  service: ['model', 'config', ...TOOLS],
  // An adapter implements a port: it knows the service's ports, errors and limits, nothing else.
  adapter: ['service/ports', 'service/errors', 'service/limits', 'config', 'make-folder', ...TOOLS],
  model: ['config', 'make-folder'],
  // Rows and objects in a file: it knows no engine, no rule and no request.
  backup: [
    'model/bulk',
    'model/reference-check',
    'model/snapshot',
    'model/tables',
    'service/ports',
  ],
  config: [],
  'make-folder': [],
  ...Object.fromEntries(TOOLS.map((tool) => [tool, []])),
};

/** What passes by the rules, and is for offline commands and backups alone. */
const BEHIND_THE_RULES = new Set(['model/bulk', 'model/snapshot']);

/** The sentences that say what is wrong; none when all is well. */
export function layerViolations(imports: Imports): string[] {
  const violations: string[] = [];
  for (const [file, targets] of imports) {
    for (const target of targets) {
      if (!isAllowed(file, target)) violations.push(`${file} must not import ${target}`);
    }
  }
  return [...violations, ...folderCircles(imports)];
}

function isAllowed(file: string, target: string): boolean {
  const layer = layerOf(file);
  const allowed = MAY_IMPORT[layer];
  if (!allowed || layerOf(target) === layer) return true;
  const module = target.replace(/\.ts$/, '');
  if (layer === 'service' && BEHIND_THE_RULES.has(module)) return false;
  return allowed.some((one) => module === one || module.startsWith(`${one}/`));
}

/** The first folder, or the file's own name at the top. */
function layerOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '');
}

/** Circles among folders, each told once, as the way around it. */
function folderCircles(imports: Imports): string[] {
  const edges = folderEdges(imports);
  const circles = new Map<string, string>();
  const walk = (folder: string, way: readonly string[]): void => {
    const at = way.indexOf(folder);
    if (at >= 0) {
      const circle = way.slice(at);
      const key = circle.toSorted().join();
      if (!circles.has(key))
        circles.set(key, `folders in a circle: ${[...circle, folder].join(' → ')}`);
      return;
    }
    for (const next of edges.get(folder) ?? []) walk(next, [...way, folder]);
  };
  for (const folder of edges.keys()) walk(folder, []);
  return [...circles.values()];
}

/**
 * Which folder imports which. A folder and the folders inside it are one house: `view/server.ts`
 * lists the faces below it, and they use what is beside it.
 */
function folderEdges(imports: Imports): Map<string, Set<string>> {
  const edges = new Map<string, Set<string>>();
  for (const [file, targets] of imports) {
    for (const target of targets) {
      const from = path.posix.dirname(file);
      const to = path.posix.dirname(target);
      if (from === to || isWithin(from, to) || isWithin(to, from)) continue;
      edges.set(from, (edges.get(from) ?? new Set()).add(to));
    }
  }
  return edges;
}

const isWithin = (inner: string, outer: string) => outer === '.' || inner.startsWith(`${outer}/`);

/** Reads what every TypeScript file below `folder` imports of that folder; type imports count. */
export function readImports(folder: string): Imports {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => [file, importsOf(file, readFileSync(path.join(folder, file), 'utf8'))]),
  );
}

function importsOf(file: string, source: string): string[] {
  const { module } = parseSync(file, source);
  const dynamic = module.dynamicImports.map(({ moduleRequest: { start, end } }) =>
    source.slice(start + 1, end - 1),
  );
  const named = [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap(({ entries }) =>
      entries.map((entry) => entry.moduleRequest?.value ?? ''),
    ),
    ...dynamic,
  ];
  return named
    .filter((name) => name.startsWith('.'))
    .map((name) => path.posix.join(path.posix.dirname(file), name));
}
