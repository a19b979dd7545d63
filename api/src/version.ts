import { readFileSync } from 'node:fs';

const packageJson = readFileSync(new URL('../package.json', import.meta.url), 'utf8');

/** The version of this server, as in its package.json. */
export const version = (JSON.parse(packageJson) as { version: string }).version;
