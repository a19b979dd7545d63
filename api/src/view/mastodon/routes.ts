/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/). What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { getAccount, verifyCredentials } from './accounts.ts';
import { registerApp, verifyApp } from './apps.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import { giveToken, oauthMetadata, revokeToken, userInfo } from './oauth.ts';
import { authorize, authorizePage } from './oauth-authorize.ts';
import { getStatus, postStatus } from './statuses.ts';
import { homeTimeline } from './timelines.ts';

export async function mastodonRoutes(
  app: FastifyInstance,
  services: Services,
  limits: BodyLimits,
): Promise<void> {
  await app.register(async (app) => {
    await takeAllBodies(app, limits);
    app.decorateRequest('caller', undefined);
    const { anyone, app: ofApp, open, user } = mastodonCallers(services);

    // Apps, and how people let them in
    app.post('/api/v1/apps', open(registerApp));
    app.get('/api/v1/apps/verify_credentials', ofApp(undefined, verifyApp));
    for (const path of ['/oauth/authorize', '/oauth/authorize/']) {
      app.get(path, open(authorizePage));
      app.post(path, open(authorize));
    }
    app.post('/oauth/token', open(giveToken));
    app.post('/oauth/revoke', open(revokeToken));
    app.get('/oauth/userinfo', user('profile', userInfo));
    app.post('/oauth/userinfo', user('profile', userInfo));
    app.get('/.well-known/oauth-authorization-server', open(oauthMetadata));

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
