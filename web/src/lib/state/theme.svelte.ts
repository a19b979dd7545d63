import { remember, remembered } from './storage.ts';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const KEY = 'minitter.theme';
let chosen = $state<Theme>('system');

export const theme = (): Theme => chosen;

/** Takes up what this browser remembers; static/theme.js has shown it already. */
export function startTheme(): void {
  const before = remembered(KEY);
  if (before === 'light' || before === 'dark') chosen = before;
  colourFrame();
}

export function chooseTheme(next: Theme): void {
  chosen = next;
  remember(KEY, next === 'system' ? undefined : next);
  if (next === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = next;
  colourFrame();
}

/** What phones paint around the page: the colour of its bars. */
const FRAME = { light: '#ffffff', dark: '#171b1c' };

function colourFrame(): void {
  for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
    const ofSystem = meta.media.includes('dark') ? 'dark' : 'light';
    meta.content = FRAME[chosen === 'system' ? ofSystem : chosen];
  }
}
