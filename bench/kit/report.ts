/** Findings as people read them: on the screen, in `bench/results`, and in bench/README.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { barText, type Finding, isReached } from './findings.ts';

const RESULTS = path.join(import.meta.dirname, '../results');
/** Has the tables of the full runs. */
const README = path.join(import.meta.dirname, '../README.md');

export function lineOf(finding: Finding): string {
  const { scenario, what, value, unit } = finding;
  const mark = isReached(finding) ? '✔' : '✖';
  return `${mark} ${scenario}. ${what}: ${value} ${unit} (bar ${barText(finding)})`;
}

/**
 * Writes findings over earlier ones of the same name.
 *
 * @param name of the files
 * @returns the table of all
 */
export function store(name: string, findings: readonly Finding[]): string {
  const file = path.join(RESULTS, `${name}.json`);
  const kept = earlier(file).filter((one) => !findings.some(({ what }) => what === one.what));
  const all = [...kept, ...findings].toSorted((a, b) => a.scenario - b.scenario);
  const machine = thisMachine();
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ machine, findings: all }, null, 2)}\n`);
  const head = '| # | scenario | bar | median | reached | details |\n|---|---|---|---|---|---|\n';
  const about = `${machine.cores} cores (${machine.cpu}), ${machine.memoryGB} GB, Node.js ${machine.node}`;
  const table = `${about}\n\n${head}${all.map(rowOf).join('\n')}\n`;
  writeFileSync(path.join(RESULTS, `${name}.md`), table);
  return table;
}

/** Puts a table between its marks in bench/README.md. @param mark what they say */
export function putTable(mark: string, table: string): void {
  const [start, end] = [`<!-- ${mark} -->\n`, `<!-- /${mark} -->`];
  const [before = '', rest = ''] = readFileSync(README, 'utf8').split(start);
  writeFileSync(README, `${before}${start}${table}${end}${rest.split(end)[1] ?? ''}`);
}

function thisMachine() {
  const cpu = cpus();
  return {
    cores: cpu.length,
    cpu: cpu[0]?.model,
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.version,
  };
}

function rowOf(finding: Finding): string {
  const { scenario, what, value, unit } = finding;
  const reached = isReached(finding) ? 'yes' : 'no';
  return `| ${scenario} | ${what} | ${barText(finding)} | ${value} ${unit} | ${reached} | ${detailsText(finding)} |`;
}

function detailsText({ details }: Finding): string {
  return Object.entries(details)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' ') : String(value)}`)
    .join('; ');
}

function earlier(file: string): Finding[] {
  try {
    return (JSON.parse(readFileSync(file, 'utf8')) as { findings: Finding[] }).findings;
  } catch {
    return [];
  }
}
