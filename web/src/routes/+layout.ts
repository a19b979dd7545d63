import { preferredLanguage, speak } from '#lib/i18n/index.svelte.ts';
import { session } from '#lib/state/session.svelte.ts';
import { takeUpPages } from '#lib/state/saved-pages.ts';
import { startTheme } from '#lib/state/theme.svelte.ts';

// The shell is served for every address; everything else happens in the browser.
export const ssr = false;
export const prerender = false;

let hasBegun = false;

export async function load() {
  if (hasBegun) return;
  await speak(preferredLanguage());
  startTheme();
  session.start();
  takeUpPages();
  hasBegun = true;
}
