import { whenGone } from '../connections.ts';
import { forAnyone } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import { presentUser } from './present.ts';
import {
  failures,
  IdempotencyHeader,
  LoggedIn,
  LogInBody,
  SignedUp,
  SignUpBody,
} from './schemas.ts';

export const signUp = forAnyone(
  {
    tags: ['People'],
    summary: 'Sign up',
    headers: IdempotencyHeader,
    body: SignUpBody,
    response: { 200: SignedUp, ...failures(400, 403, 409, 415, 422, 429, 503) },
  },
  async ({ services, body, request, reply, idempotencyKey }) => {
    const stranger = {
      address: request.ip,
      idempotencyKey,
      language: languageOf(request.raw),
      gone: whenGone(reply),
    };
    return presentUser(await services.users.signUp(body, stranger));
  },
);

export const logIn = forAnyone(
  {
    tags: ['People'],
    summary: 'Log in',
    body: LogInBody,
    response: { 200: LoggedIn, ...failures(400, 401, 403, 415, 429, 503) },
  },
  async ({ services, body, request, reply }) => {
    const { userId, accessToken } = await services.sessions.logIn({
      ...body,
      address: request.ip,
      gone: whenGone(reply),
    });
    return { user_id: userId, access_token: accessToken };
  },
);
