/** The keyboard, for those who like it: the keys are listed in ShortcutHelp. */
import { goto } from '$app/navigation';
import { session } from './session.svelte.ts';
import { writing } from './writing.svelte.ts';

/** Behind `g`, within this time. */
const SECOND_KEY_MS = 1200;
const NEVER = -Infinity;
let wentAt = NEVER;

const PLACES: Readonly<Record<string, () => string>> = {
  h: () => '/home',
  n: () => '/notifications',
  p: () => `/@${session.me?.acct ?? ''}`,
  b: () => '/bookmarks',
  f: () => '/favourites',
  l: () => '/lists',
  s: () => '/settings',
  e: () => '/',
};
const ACTIONS: Readonly<Record<string, string>> = {
  r: 'reply',
  f: 'favourite',
  t: 'reblog',
  b: 'bookmark',
};

/** The sheet that lists the keys. */
class Help {
  isOpen = $state(false);

  open(): void {
    this.isOpen = true;
  }

  close(): void {
    this.isOpen = false;
  }
}
export const help = new Help();

/** Takes a key, unless it is typed into something. */
export function pressed(event: KeyboardEvent): void {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target as Element)) return;
  if (act(event.key)) event.preventDefault();
}

const isTyping = (target: Element) =>
  target.closest?.('input, textarea, select, dialog, [role="menu"], [contenteditable]') !== null;

/** @returns whether the key means something */
function act(key: string): boolean {
  const isSecond = performance.now() - wentAt < SECOND_KEY_MS;
  wentAt = NEVER;
  if (isSecond && PLACES[key] && session.isIn) {
    void goto(PLACES[key]());
    return true;
  }
  switch (key) {
    case '?':
      help.open();
      return true;
    case 'g':
      wentAt = performance.now();
      return true;
    case 'j':
      return focusTweet(1);
    case 'k':
      return focusTweet(-1);
    case 'n':
      if (session.isIn) writing.begin();
      return session.isIn;
    case '/':
      void goto('/search');
      return true;
    case '.':
      return click(document, '[data-action="show-new"]');
    case 'o':
    case 'Enter':
      return open();
    default:
      return ACTIONS[key] !== undefined && onTweet(`[data-action="${ACTIONS[key]}"]`);
  }
}

const tweets = () => [...document.querySelectorAll<HTMLElement>('article[data-tweet]')];
const current = () => document.activeElement?.closest<HTMLElement>('article[data-tweet]');

function focusTweet(step: number): boolean {
  const all = tweets();
  const here = current();
  const at = here ? all.indexOf(here) + step : all.findIndex(isBelowTop);
  const next = all[Math.max(0, Math.min(at, all.length - 1))];
  next?.focus();
  return next !== undefined;
}

const isBelowTop = (element: Element) => element.getBoundingClientRect().top > 0;

function open(): boolean {
  // A link or a button inside does what it does.
  const here = document.activeElement;
  if (!(here instanceof HTMLElement) || here.dataset['path'] === undefined) return false;
  void goto(here.dataset['path']);
  return true;
}

function onTweet(selector: string): boolean {
  const here = current();
  return here ? click(here, selector) : false;
}

function click(root: ParentNode, selector: string): boolean {
  const button = root.querySelector<HTMLElement>(selector);
  button?.click();
  return button !== null;
}
