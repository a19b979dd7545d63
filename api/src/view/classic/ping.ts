import { Type } from 'typebox';
import { forAnyone } from '../endpoint.ts';
import { RequestError } from '../errors.ts';
import { failures } from './schemas.ts';

export const ping = forAnyone(
  {
    tags: ['Server'],
    summary: 'Whether the server lives',
    description: 'It does not ask the database. 503 says that the server is about to stop.',
    response: {
      200: {
        description: 'It does.',
        content: { 'text/plain': { schema: Type.String({ const: 'pong' }) } },
      },
      ...failures(503),
    },
  },
  async ({ services, reply }) => {
    if (services.readiness.isStopping) throw new RequestError('stopping');
    return reply.type('text/plain; charset=utf-8').send('pong');
  },
);
