import { failures } from '../classic/schemas.ts';
import { forAnyone, forViewer } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import { Accepted, ConfirmBody, Done } from './schemas.ts';

export const confirmEmail = forAnyone(
  {
    tags: ['Mail'],
    summary: 'Confirm an e-mail address, with the code of the link that was sent to it',
    body: ConfirmBody,
    response: { 200: Done, ...failures(400, 415, 503) },
  },
  async ({ services, body }) => {
    await services.emailConfirmations.confirm(body.code);
    return {};
  },
);

export const sendConfirmation = forViewer(
  {
    tags: ['Mail'],
    summary: 'Have the link to confirm your e-mail address sent again',
    description:
      'Nothing is sent to an address that is confirmed, and a few mails an hour at most.',
    response: { 202: Accepted, ...failures(401, 501, 503) },
  },
  async ({ services, viewer, request, reply }) => {
    services.emailConfirmations.sendAgain(viewer, languageOf(request.raw));
    return reply.code(202).send({});
  },
);
