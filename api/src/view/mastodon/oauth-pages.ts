/** The pages on which people let apps in: plain HTML, no scripts, never framed. */
import type { FastifyRequest } from 'fastify';
import { isOwn } from '../../service/apps.ts';
import type { Consent } from '../../service/authorizations.ts';
import type { Language } from '../../service/errors.ts';
import { OUT_OF_BAND } from '../../service/redirects.ts';
import { type Html, joined, markup, pageLanguage, pageOf } from '../html.ts';
import { ASKS, NO_PLACE, scopeText, TEXTS } from './oauth-texts.ts';

/** What an app has sent, to be sent again with the form. */
export const PASSED_ON = [
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
  'code_challenge',
  'code_challenge_method',
] as const;

export type Passed = Readonly<Partial<Record<(typeof PASSED_ON)[number], string>>>;

interface FormParts {
  readonly consent: Consent;
  readonly passed: Passed;
  /** Proves that the form is ours. */
  readonly mark: string;
  /** What was typed before. */
  readonly email: string;
  /** What went wrong, if anything did. */
  readonly alert: string | undefined;
}

/** The form: log in, and say yes or no. People are not asked about the server's own client. */
export function formPage(request: FastifyRequest, parts: FormParts): string {
  const { consent, passed, mark, email, alert } = parts;
  const language = pageLanguage(request);
  const say = (text: keyof typeof TEXTS) => TEXTS[text][language];
  const own = isOwn(consent.app);
  const hidden = PASSED_ON.filter((name) => passed[name] !== undefined).map(
    (name) => markup`<input type="hidden" name="${name}" value="${passed[name] ?? ''}" />`,
  );
  const body = markup`${alert === undefined ? markup`` : markup`<p role="alert">${alert}</p>`}
    ${own ? markup`` : wishes(consent, language)}
    <form method="post" action="/oauth/authorize?lang=${language}">
      <input type="hidden" name="mark" value="${mark}" />
      ${joined(hidden)}
      <label for="email">${say('email')}</label>
      <input id="email" name="email" type="email" autocomplete="username" value="${email}" required />
      <label for="password">${say('password')}</label>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        required
      />
      <button name="answer" value="allow">${say(own ? 'logIn' : 'allow')}</button>
      ${own ? markup`` : denyButton(say('deny'))}
    </form>
    <p><a href="/password/forgot?lang=${language}">${say('forgotten')}</a></p>
    ${languageLink(passed, language)}`;
  return pageOf(language, say(own ? 'logInTitle' : 'allowTitle'), body);
}

/** For apps without an address: the code, to be copied. */
export function codePage(request: FastifyRequest, code: string): string {
  const language = pageLanguage(request);
  const body = markup`<p><label for="code">${TEXTS.codeHelp[language]}</label></p>
    <input id="code" value="${code}" readonly />`;
  return pageOf(language, TEXTS.codeTitle[language], body);
}

export function deniedPage(request: FastifyRequest): string {
  const language = pageLanguage(request);
  const body = markup`<p>${TEXTS.denied[language]}</p>`;
  return pageOf(language, TEXTS.deniedTitle[language], body);
}

/** What was wrong with the app's request, where the app cannot be told. */
export function failedPage(request: FastifyRequest, message: string): string {
  const language = pageLanguage(request);
  const body = markup`<p role="alert">${message}</p>`;
  return pageOf(language, TEXTS.failedTitle[language], body);
}

function wishes({ app, redirectUri, scopes }: Consent, language: Language): Html {
  const items = scopes.split(' ').map((scope) => markup`<li>${scopeText(scope, language)}</li>`);
  const [name, place] = [apart(app.name), apart(placeOf(redirectUri, language))];
  return markup`<p>${ASKS[language](name, place)}</p>
    <p id="wishes">${TEXTS.wishes[language]}</p>
    <ul aria-labelledby="wishes">${joined(items)}</ul>`;
}

/** Signs that turn the order of letters turn none behind it: the host is read as it is. */
const apart = (text: string): Html => markup`<bdi>${text}</bdi>`;

/** The host, or for the scheme of an app that scheme: the rest is not for people. */
function placeOf(redirectUri: string, language: Language): string {
  if (redirectUri === OUT_OF_BAND) return NO_PLACE[language];
  const { host, protocol } = new URL(redirectUri);
  return /^https?:$/.test(protocol) ? host : protocol;
}

const denyButton = (text: string): Html =>
  markup`<p><button name="answer" value="deny" formnovalidate>${text}</button></p>`;

/** The same page in the other language. */
function languageLink(passed: Passed, language: Language): Html {
  const other = language === 'ko' ? 'en' : 'ko';
  const query = new URLSearchParams({ ...passed, lang: other }).toString();
  const text = TEXTS.otherLanguage[language];
  return markup`<p><a lang="${other}" hreflang="${other}" href="/oauth/authorize?${query}">${text}</a></p>`;
}
