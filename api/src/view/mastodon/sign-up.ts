/** Signing up by an app (https://docs.joinmastodon.org/methods/accounts/#create). */
import { Type } from 'typebox';
import { DomainError, type DomainErrorCode } from '../../service/errors.ts';
import { whenGone } from '../connections.ts';
import { FieldsError, type FieldProblem } from '../errors.ts';
import { languageOf } from '../language.ts';
import { forApp } from './callers.ts';
import { presentToken } from './oauth.ts';
import { Flag } from './schemas.ts';

const Text = Type.Optional(Type.String());
const SignUpBody = Type.Object({
  username: Text,
  email: Text,
  password: Text,
  agreement: Type.Optional(Flag),
  locale: Text,
});

export const signUp = forApp(
  { body: SignUpBody },
  async ({ services, caller, body, request, reply, idempotencyKey }) => {
    const { username = '', email = '', password = '', agreement = false, locale } = body;
    demandAll({ username, email, password }, agreement);
    const app = await services.apps.findById(caller.appId);
    const stranger = {
      address: request.ip,
      language: languageOf(request.raw),
      gone: whenGone(reply),
      idempotencyKey,
    };
    const person = { name: username, username, email, password, locale };
    try {
      return presentToken((await services.appSignUps.signUp(app, person, stranger)).token);
    } catch (error) {
      throw error instanceof DomainError ? aboutField(error) : error;
    }
  },
);

/** @throws {FieldsError} that names all that is missing */
function demandAll(texts: Readonly<Record<string, string>>, agreement: boolean): void {
  const problems: FieldProblem[] = Object.entries(texts)
    .filter(([, text]) => text.trim() === '')
    .map(([field]) => ({ field, error: 'ERR_BLANK', code: 'value_missing' }));
  if (!agreement) {
    problems.push({ field: 'agreement', error: 'ERR_ACCEPTED', code: 'agreement_missing' });
  }
  if (problems.length > 0) throw new FieldsError(problems);
}

/** Which field an error is about, and what Mastodon calls it. */
const FIELDS: Readonly<Partial<Record<DomainErrorCode, readonly [field: string, error: string]>>> =
  {
    username_invalid: ['username', 'ERR_INVALID'],
    username_reserved: ['username', 'ERR_RESERVED'],
    username_taken: ['username', 'ERR_TAKEN'],
    name_invalid: ['username', 'ERR_INVALID'],
    email_invalid: ['email', 'ERR_INVALID'],
    email_taken: ['email', 'ERR_TAKEN'],
    password_too_short: ['password', 'ERR_TOO_SHORT'],
    password_too_long: ['password', 'ERR_TOO_LONG'],
    password_common: ['password', 'ERR_INVALID'],
    password_is_identity: ['password', 'ERR_INVALID'],
  };

function aboutField(refusal: DomainError): Error {
  const [field, error] = FIELDS[refusal.code] ?? [];
  if (field === undefined || error === undefined) return refusal;
  return new FieldsError([{ field, error, code: refusal.code }]);
}
