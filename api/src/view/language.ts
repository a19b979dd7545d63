import Negotiator from 'negotiator';
import type { IncomingMessage } from 'node:http';
import type { Language } from '../service/errors.ts';

const LANGUAGES: Language[] = ['en', 'ko'];

/** The language to answer in, by `Accept-Language`; English when the client likes neither. */
export function languageOf(request: IncomingMessage): Language {
  return (new Negotiator(request).language(LANGUAGES) as Language | undefined) ?? 'en';
}
