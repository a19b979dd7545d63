import { Type } from 'typebox';
import { forAnyone } from '../endpoint.ts';

export const ping = forAnyone(
  {
    tags: ['Server'],
    summary: 'Whether the server lives',
    response: {
      200: {
        description: 'It does.',
        content: { 'text/plain': { schema: Type.String({ const: 'pong' }) } },
      },
    },
  },
  async ({ reply }) => reply.type('text/plain; charset=utf-8').send('pong'),
);
