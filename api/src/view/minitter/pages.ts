/** The pages that links in mails lead to. A link changes nothing by itself: mail programs follow it, too. */
import type { FastifyRequest } from 'fastify';
import { DomainError, TryLaterError } from '../../service/errors.ts';
import { type Call, forAnyone, type RouteSchema } from '../endpoint.ts';
import { ERROR_STATUS, MESSAGES } from '../errors.ts';
import { type Html, markup, pageLanguage, pageOf, sendPage, textFields } from '../html.ts';
import type { Services } from '../services.ts';
import { TEXTS } from './page-texts.ts';

const SCHEMA = { tags: [], summary: '', hide: true, response: {} } satisfies RouteSchema & {
  hide: boolean;
};

type Fields = Readonly<Record<string, string>>;
type Say = (text: keyof typeof TEXTS) => string;

/** What makes one page out of another: a form to fill in, and what is done with it. */
interface PageParts {
  readonly title: keyof typeof TEXTS;
  readonly form: (say: Say, fields: Fields) => Html;
  readonly act: (services: Services, fields: Fields, request: FastifyRequest) => Promise<void>;
  readonly done: { readonly title: keyof typeof TEXTS; readonly text: keyof typeof TEXTS };
}

export const forgottenPage = page({
  title: 'forgottenTitle',
  form: (say) =>
    markup`<p>${say('forgottenHelp')}</p>
      <label for="email">${say('email')}</label>
      <input id="email" name="email" type="email" autocomplete="email" required />
      <button>${say('send')}</button>`,
  act: ({ passwordResets }, { email = '' }, request) =>
    passwordResets.forgot({ email, address: request.ip, language: pageLanguage(request) }),
  done: { title: 'sentTitle', text: 'sent' },
});

export const resetPage = page({
  title: 'resetTitle',
  form: (say, { code = '' }) =>
    markup`<input type="hidden" name="code" value="${code}" />
      <label for="password">${say('password')}</label>
      <p id="help">${say('passwordHelp')}</p>
      <input
        id="password"
        name="password"
        type="password"
        autocomplete="new-password"
        aria-describedby="help"
        required
      />
      <button>${say('change')}</button>`,
  act: ({ passwordResets }, { code = '', password = '' }, request) =>
    passwordResets.reset({ code, password, language: pageLanguage(request) }),
  done: { title: 'resetDoneTitle', text: 'resetDone' },
});

export const confirmationPage = page({
  title: 'confirmTitle',
  form: (say, { code = '' }) =>
    markup`<p>${say('confirmHelp')}</p>
      <input type="hidden" name="code" value="${code}" />
      <button>${say('confirm')}</button>`,
  act: ({ emailConfirmations }, { code = '' }, request) =>
    emailConfirmations.confirm(code, pageLanguage(request)),
  done: { title: 'confirmedTitle', text: 'confirmed' },
});

/** The two endpoints of a page: the form, and the form filled in. */
function page(parts: PageParts) {
  const { title, form, act, done } = parts;
  const formPage = (request: FastifyRequest, fields: Fields, alert: Html) => {
    const language = pageLanguage(request);
    const say: Say = (text) => TEXTS[text][language];
    const body = markup`${alert}
      <form method="post" action="?lang=${language}">${form(say, fields)}</form>`;
    return pageOf(language, say(title), body);
  };
  return {
    show: forAnyone(SCHEMA, ({ request, reply }: Call<RouteSchema>) =>
      sendPage(reply, 200, formPage(request, textFields(request.query), markup``)),
    ),
    take: forAnyone(SCHEMA, async ({ services, request, reply }: Call<RouteSchema>) => {
      const fields = textFields(request.body);
      const language = pageLanguage(request);
      try {
        await act(services, fields, request);
      } catch (error) {
        if (!(error instanceof DomainError)) throw error;
        if (error instanceof TryLaterError) {
          reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
        }
        const alert = markup`<p role="alert">${MESSAGES[error.code][language]}</p>`;
        const { classic: status } = ERROR_STATUS[error.code];
        return sendPage(reply, status, formPage(request, fields, alert));
      }
      const body = markup`<p>${TEXTS[done.text][language]}</p>`;
      return sendPage(reply, 200, pageOf(language, TEXTS[done.title][language], body));
    }),
  };
}
