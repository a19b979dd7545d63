import { failures } from '../classic/schemas.ts';
import { whenGone } from '../connections.ts';
import { forAnyone, forViewer } from '../endpoint.ts';
import { languageOf } from '../language.ts';
import { Accepted, Done, ForgottenBody, PasswordBody, ResetBody } from './schemas.ts';

export const forgetPassword = forAnyone(
  {
    tags: ['Mail'],
    summary: 'Have a link sent to choose a new password',
    description:
      'The answer does not tell whether somebody has this address. The link is good for an hour, once.',
    body: ForgottenBody,
    response: { 202: Accepted, ...failures(400, 415, 429, 501, 503) },
  },
  async ({ services, body, request, reply }) => {
    const language = languageOf(request.raw);
    await services.passwordResets.forgot({ ...body, address: request.ip, language });
    return reply.code(202).send({});
  },
);

export const resetPassword = forAnyone(
  {
    tags: ['Mail'],
    summary: 'Choose a new password, with the code of such a link',
    description: 'All sessions end.',
    body: ResetBody,
    response: { 200: Done, ...failures(400, 415, 503) },
  },
  async ({ services, body, request }) => {
    await services.passwordResets.reset({ ...body, language: languageOf(request.raw) });
    return {};
  },
);

export const changePassword = forViewer(
  {
    tags: ['Account'],
    summary: 'Change your password',
    description: 'All sessions end but the one that you come with, and you are told by mail.',
    body: PasswordBody,
    response: { 200: Done, ...failures(400, 401, 403, 415, 429, 503) },
  },
  async ({ services, viewer, body, request, reply }) => {
    await services.passwordChanges.change(viewer, {
      password: body.current_password,
      newPassword: body.password,
      address: request.ip,
      language: languageOf(request.raw),
      gone: whenGone(reply),
    });
    return {};
  },
);
