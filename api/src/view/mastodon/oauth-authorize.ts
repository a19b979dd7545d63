/** Where people let apps in (RFC 6749, 4.1.1; https://docs.joinmastodon.org/methods/oauth/#authorize). */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isOwn } from '../../service/apps.ts';
import type { Asking, Consent } from '../../service/authorizations.ts';
import { DomainError, TryLaterError } from '../../service/errors.ts';
import { OUT_OF_BAND } from '../../service/redirects.ts';
import { whenGone } from '../connections.ts';
import { ERROR_STATUS, type ErrorCode, MESSAGES, oauthErrorOf } from '../errors.ts';
import { pageLanguage, sendPage, textFields } from '../html.ts';
import { publicUrlOf } from '../public-url.ts';
import type { Services } from '../services.ts';
import { forVisitor } from './callers.ts';
import { formMark, isOwnForm } from './csrf.ts';
import {
  codePage,
  deniedPage,
  failedPage,
  formPage,
  type Passed,
  PASSED_ON,
} from './oauth-pages.ts';

interface Turn {
  readonly services: Services;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly passed: Passed;
}

export const authorizePage = forVisitor({}, ({ services, request, reply }) => {
  const turn = { services, request, reply, passed: passedOn(request.query) };
  return withConsent(turn, (consent) => sendForm(turn, consent, { status: 200 }));
});

export const authorize = forVisitor({}, ({ services, request, reply }) => {
  const { mark = '', answer, email = '', password = '' } = textFields(request.body);
  const turn = { services, request, reply, passed: passedOn(request.body) };
  return withConsent(turn, async (consent) => {
    if (!isOwnForm(request, mark)) return sendAlert(turn, consent, email, 'form_expired');
    if (answer === 'deny') return sayNo(turn, consent);
    try {
      const logIn = { email, password, address: request.ip, gone: whenGone(reply) };
      return sendCode(turn, consent, await services.authorizations.allow(consent, logIn));
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      if (error instanceof TryLaterError) {
        reply.header('retry-after', Math.max(1, Math.ceil(error.retryAfterMs / 1000)));
      }
      return sendAlert(turn, consent, email, error.code);
    }
  });
});

/**
 * Goes on with what the app asks for. Who asks is looked at first: until the address is known to be
 * its own, nobody is sent there, not even with an error.
 */
async function withConsent(
  turn: Turn,
  goOn: (consent: Consent) => FastifyReply | Promise<FastifyReply>,
): Promise<FastifyReply> {
  const { services, request, reply, passed } = turn;
  const { client_id = '', redirect_uri = '', response_type = '' } = passed;
  let asking: Asking | undefined;
  try {
    asking = await services.authorizations.asking(client_id, redirect_uri, publicUrlOf(request));
    const consent = services.authorizations.consent(asking, {
      responseType: response_type,
      scope: passed.scope,
      codeChallenge: passed.code_challenge,
      codeChallengeMethod: passed.code_challenge_method,
    });
    return await goOn(consent);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const message = MESSAGES[error.code][pageLanguage(request)];
    if (!asking || redirect_uri === OUT_OF_BAND) {
      return sendPage(reply, 400, failedPage(request, message));
    }
    return sendBack(turn, {
      error: oauthErrorOf(error.code).error,
      error_description: MESSAGES[error.code].en,
    });
  }
}

function sendForm(
  { request, reply, passed }: Turn,
  consent: Consent,
  { status, email = '', alert }: { status: number; email?: string; alert?: string },
): FastifyReply {
  const mark = formMark(request, reply);
  const text = formPage(request, { consent, passed, mark, email, alert });
  return sendPage(reply, status, text, formTargetsOf(consent));
}

function sendAlert(turn: Turn, consent: Consent, email: string, code: ErrorCode): FastifyReply {
  const alert = MESSAGES[code][pageLanguage(turn.request)];
  return sendForm(turn, consent, { status: ERROR_STATUS[code].classic, email, alert });
}

function sayNo(turn: Turn, { redirectUri }: Consent): FastifyReply {
  if (redirectUri === OUT_OF_BAND) return sendPage(turn.reply, 200, deniedPage(turn.request));
  return sendBack(turn, { error: 'access_denied', error_description: 'The person has said no.' });
}

function sendCode(turn: Turn, { redirectUri }: Consent, code: string): FastifyReply {
  if (redirectUri === OUT_OF_BAND) return sendPage(turn.reply, 200, codePage(turn.request, code));
  return sendBack(turn, { code });
}

/** Sends somebody back to the app, with the state that it sent. */
function sendBack({ reply, passed }: Turn, answer: Readonly<Record<string, string>>): FastifyReply {
  const { redirect_uri = '', state } = passed;
  const url = new URL(redirect_uri);
  const added = { ...answer, ...(state !== undefined && { state }) };
  for (const [name, value] of Object.entries(added)) url.searchParams.set(name, value);
  return reply.redirect(url.href, 303);
}

/**
 * Where the form leads in the end. Browsers hold each redirection after a form to the policy, and an
 * app may send people on from its address to another host: so any with TLS, where it has that itself.
 */
function formTargetsOf({ app, redirectUri }: Consent): string {
  if (isOwn(app) || redirectUri === OUT_OF_BAND) return '';
  const { protocol, origin } = new URL(redirectUri);
  return protocol === 'http:' ? origin : protocol;
}

function passedOn(sent: unknown): Passed {
  const fields = textFields(sent);
  const named = PASSED_ON.flatMap((name) => {
    const value = fields[name];
    return value === undefined || (value === '' && name !== 'state') ? [] : [[name, value]];
  });
  return Object.fromEntries(named) as Passed;
}
