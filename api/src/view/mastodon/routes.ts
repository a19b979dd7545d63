/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/). What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { getAccount, verifyCredentials } from './accounts.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import { getStatus, postStatus } from './statuses.ts';
import { homeTimeline } from './timelines.ts';

export async function mastodonRoutes(
  app: FastifyInstance,
  services: Services,
  limits: BodyLimits,
): Promise<void> {
  await app.register(async (app) => {
    await takeAllBodies(app, limits);
    const { anyone, user } = mastodonCallers(services);

    // Accounts
    app.get('/api/v1/accounts/verify_credentials', user('profile', verifyCredentials));
    app.get('/api/v1/accounts/:id', anyone('read:accounts', getAccount));

    // Statuses
    app.post('/api/v1/statuses', user('write:statuses', postStatus));
    app.get('/api/v1/statuses/:id', anyone('read:statuses', getStatus));

    // Timelines
    app.get('/api/v1/timelines/home', user('read:statuses', homeTimeline));
  });
}
