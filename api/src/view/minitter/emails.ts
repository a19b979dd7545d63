import { failures } from '../classic/schemas.ts';
import { whenGone } from '../connections.ts';
import { forAnyone, forViewer } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import { Accepted, ConfirmBody, Done, EmailAnswer, EmailBody } from './schemas.ts';

export const confirmEmail = forAnyone(
  {
    tags: ['Mail'],
    summary: 'Confirm an e-mail address, with the code of the link that was sent to it',
    description: 'If it is another one than before, it is yours from then on.',
    body: ConfirmBody,
    response: { 200: Done, ...failures(400, 409, 415, 503) },
  },
  async ({ services, body, request }) => {
    await services.emailConfirmations.confirm(body.code, languageOf(request.raw));
    return {};
  },
);

export const sendConfirmation = forViewer(
  {
    tags: ['Mail'],
    summary: 'Have the link to confirm your e-mail address sent again',
    description:
      'Nothing is sent to an address that is confirmed, and a few mails an hour at most.',
    response: { 202: Accepted, ...failures(401, 403, 429, 501, 503) },
  },
  async ({ services, viewer, request, reply }) => {
    services.emailConfirmations.sendAgain(viewer, languageOf(request.raw));
    return reply.code(202).send({});
  },
);

export const changeEmail = forViewer(
  {
    tags: ['Account'],
    summary: 'Change your e-mail address',
    description:
      'With your password. Where the server sends mails, a link goes to the new address, and ' +
      'nothing changes until it is followed within three days; elsewhere it changes at once.',
    body: EmailBody,
    response: { 200: EmailAnswer, ...failures(400, 401, 403, 409, 415, 429, 503) },
  },
  async ({ services, viewer, body, request, reply }) => {
    const typed = { address: request.ip, gone: whenGone(reply), language: languageOf(request.raw) };
    return { changed: await services.emailChanges.change(viewer, { ...body, ...typed }) };
  },
);
