import { forAnyone } from '../endpoint.ts';
import { NotReadyError, RequestError } from '../errors.ts';
import { failures, Ready } from './schemas.ts';

export const ready = forAnyone(
  {
    tags: ['Server'],
    summary: 'Whether the server can serve',
    description: 'Asks the database, once a second at most. For load balancers and monitors.',
    response: { 200: Ready, ...failures(503) },
  },
  async ({ services: { readiness } }) => {
    if (readiness.isStopping) throw new RequestError('stopping');
    const missing = await readiness.missing();
    if (missing.length > 0) throw new NotReadyError(missing);
    return { status: 'ready' };
  },
);
