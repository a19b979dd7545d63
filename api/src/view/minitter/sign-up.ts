import { failures, IdempotencyHeader } from '../classic/schemas.ts';
import { whenGone } from '../connections.ts';
import { forAnyone } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import type { User } from '../../service/users.ts';
import { Newcomer, SignUpBody } from './schemas.ts';

export const signUp = forAnyone(
  {
    tags: ['Account'],
    summary: 'Sign up, in a language',
    headers: IdempotencyHeader,
    body: SignUpBody,
    response: { 200: Newcomer, ...failures(400, 401, 403, 409, 415, 422, 429, 503) },
  },
  async ({
    services,
    body: { client_id: clientId, ...person },
    request,
    reply,
    idempotencyKey,
  }) => {
    const stranger = {
      address: request.ip,
      language: languageOf(request.raw),
      gone: whenGone(reply),
      idempotencyKey,
    };
    if (clientId === undefined) return present(await services.users.signUp(person, stranger), null);
    const app = await services.apps.prove({ clientId });
    const { user, token } = await services.appSignUps.signUp(app, person, stranger);
    return present(user, token.accessToken);
  },
);

function present({ id, username, state }: User, access_token: string | null) {
  return { id: String(id), username, state, access_token };
}
