/** The language of the page, switched without a reload. The other one is not loaded. */
import { remember, remembered } from '#lib/state/storage.ts';
import type { Messages } from './en.ts';

export type Language = 'en' | 'ko';
export const LANGUAGES: readonly { readonly code: Language; readonly name: string }[] = [
  { code: 'ko', name: '한국어' },
  { code: 'en', name: 'English' },
];

const KEY = 'minitter.language';
const LOADERS: Record<Language, () => Promise<Messages>> = {
  en: async () => (await import('./en.ts')).en,
  ko: async () => (await import('./ko.ts')).ko,
};

class Locale {
  language = $state<Language>('en');
  messages = $state.raw<Messages | undefined>(undefined);
}
const locale = new Locale();

/** The language that this browser has chosen, or else prefers. */
export function preferredLanguage(): Language {
  return (remembered(KEY) ?? navigator.language).startsWith('ko') ? 'ko' : 'en';
}

/** Loads a language and shows everything in it. */
export async function speak(language: Language): Promise<void> {
  locale.messages = await LOADERS[language]();
  locale.language = language;
  document.documentElement.lang = language;
}

/** The same, and it stays so. */
export async function chooseLanguage(language: Language): Promise<void> {
  remember(KEY, language);
  await speak(language);
}

export const language = (): Language => locale.language;

/** What is said, in the language of the page: `t().home`. */
export function t(): Messages {
  if (!locale.messages) throw new Error('no language has been loaded');
  return locale.messages;
}
