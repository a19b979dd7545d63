import { failures } from '../classic/schemas.ts';
import { whenGone } from '../connections.ts';
import { forViewer } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import { DeletionBody, Done } from './schemas.ts';

export const deleteAccount = forViewer(
  {
    tags: ['Account'],
    summary: 'Delete your account, for good',
    description:
      'With your password. Nobody sees you from then on, and all that is yours is deleted: what you ' +
      'have written and uploaded, and whatever refers to you. Your user name goes to nobody else. ' +
      'A very large account takes longer than the answer.',
    body: DeletionBody,
    response: { 200: Done, ...failures(400, 401, 403, 415, 429, 503) },
  },
  async ({ services, viewer, body, request, reply }) => {
    const language = languageOf(request.raw);
    const typed = { ...body, address: request.ip, gone: whenGone(reply), language };
    await services.ownDeletions.delete(viewer, typed);
    return {};
  },
);
