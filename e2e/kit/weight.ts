/** How much a page has to fetch before it shows what it is for, as the budget counts it: with gzip. */
import type { Page } from '@playwright/test';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const CLIENT = path.join(import.meta.dirname, '../../api/web');

/** What may be fetched, in bytes. */
export const BUDGET = { scripts: 80_000, styles: 20_000 } as const;

/** In bytes, without headers. */
export interface Weight {
  readonly scripts: number;
  readonly styles: number;
}

/** Notes what a page fetches from now on. @returns what all of that weighs, when it is asked */
export function weigh(page: Page): () => Weight {
  const fetched = { script: new Set<string>(), stylesheet: new Set<string>() };
  page.on('request', (request) => {
    const type = request.resourceType();
    if (type === 'script' || type === 'stylesheet') {
      fetched[type].add(new URL(request.url()).pathname);
    }
  });
  const sum = (files: Set<string>) => [...files].reduce((all, file) => all + gzipSize(file), 0);
  return () => ({ scripts: sum(fetched.script), styles: sum(fetched.stylesheet) });
}

/** As the build has made it; what is too small for that is sent as it is, and counted as if it were not. */
function gzipSize(address: string): number {
  const file = path.join(CLIENT, address);
  return existsSync(`${file}.gz`)
    ? readFileSync(`${file}.gz`).length
    : gzipSync(readFileSync(file)).length;
}
