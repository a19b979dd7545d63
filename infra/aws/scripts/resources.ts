/** `npm run resources`: what the templates that `npm run synth` wrote would make, a line for each. */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

const FOLDER = path.join(import.meta.dirname, '../cdk.out');

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

const files = globSync('*.template.json', { cwd: FOLDER }).toSorted();
if (files.length === 0) {
  console.error('There are no templates yet: run npm run synth first.');
  process.exitCode = 1;
}
for (const file of files) {
  const { Resources } = JSON.parse(readFileSync(path.join(FOLDER, file), 'utf8')) as Template;
  const lines = Object.entries(Resources).map(([id, { Type }]) => `  ${Type} ${id}`);
  console.log(`${path.basename(file, '.template.json')}: ${lines.length} resources`);
  console.log(lines.toSorted().join('\n'));
}
