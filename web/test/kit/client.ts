/**
 * Loads the client's modules into Node.js, as the browser would: what is written in runes is compiled,
 * and there is a window, by jsdom, whose parser is that of the HTML standard.
 */
import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';
import { JSDOM } from 'jsdom';
import { compileModule } from 'svelte/compiler';

const RUNES = '.svelte.ts';
const ORIGIN = 'https://minitter.example';

registerHooks({
  resolve: (specifier, context, next) =>
    // What Svelte has for servers is not reactive.
    next(specifier, { ...context, conditions: [...context.conditions, 'browser'] }),
  load(url, context, next) {
    if (!url.endsWith(RUNES)) return next(url, context);
    const filename = fileURLToPath(url);
    const script = stripTypeScriptTypes(readFileSync(filename, 'utf8'));
    const { js } = compileModule(script, { filename, generate: 'client', dev: false });
    return { format: 'module', source: js.code, shortCircuit: true };
  },
});

const { window } = new JSDOM('<!doctype html><html lang="en"><body></body></html>', {
  url: `${ORIGIN}/home`,
});

/** What the modules take from the browser. */
const GLOBALS = [
  'window',
  'document',
  'location',
  'localStorage',
  'sessionStorage',
  'innerWidth',
  'navigator',
  'DOMParser',
  'Node',
  'Text',
  'Element',
  'HTMLElement',
  'HTMLAnchorElement',
  'HTMLMediaElement',
  'addEventListener',
  'removeEventListener',
] as const;
for (const name of GLOBALS) {
  Object.defineProperty(globalThis, name, { value: window[name as never], configurable: true });
}
