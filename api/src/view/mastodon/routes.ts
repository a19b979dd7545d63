/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/). What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { accountStatuses, featuredTags } from './account-statuses.ts';
import {
  getAccount,
  getAccounts,
  lookUpAccount,
  searchAccounts,
  verifyCredentials,
} from './accounts.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import * as people from './people-lists.ts';
import * as relationships from './relationships.ts';
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
    app.get('/api/v1/accounts', anyone('read:accounts', getAccounts));
    app.get('/api/v1/accounts/lookup', anyone('read:accounts', lookUpAccount));
    app.get('/api/v1/accounts/search', user('read:accounts', searchAccounts));
    app.get('/api/v1/accounts/familiar_followers', user('read:follows', people.familiarFollowers));
    app.get('/api/v1/accounts/relationships', user('read:follows', relationships.getRelationships));
    app.get('/api/v1/accounts/:id', anyone('read:accounts', getAccount));
    app.get('/api/v1/accounts/:id/statuses', anyone('read:statuses', accountStatuses));
    app.get('/api/v1/accounts/:id/followers', anyone('read:accounts', people.followers));
    app.get('/api/v1/accounts/:id/following', anyone('read:accounts', people.following));
    app.get('/api/v1/accounts/:id/endorsements', anyone('read:accounts', people.endorsements));
    app.get('/api/v1/accounts/:id/featured_tags', anyone('read:accounts', featuredTags));

    // What people are to each other
    app.post('/api/v1/accounts/:id/follow', user('write:follows', relationships.follow));
    app.post('/api/v1/accounts/:id/unfollow', user('write:follows', relationships.unfollow));
    app.post(
      '/api/v1/accounts/:id/remove_from_followers',
      user('write:follows', relationships.removeFollower),
    );
    app.post('/api/v1/accounts/:id/block', user('write:blocks', relationships.block));
    app.post('/api/v1/accounts/:id/unblock', user('write:blocks', relationships.unblock));
    app.post('/api/v1/accounts/:id/mute', user('write:mutes', relationships.mute));
    app.post('/api/v1/accounts/:id/unmute', user('write:mutes', relationships.unmute));
    app.post('/api/v1/accounts/:id/note', user('write:accounts', relationships.note));
    for (const name of ['endorse', 'pin']) {
      app.post(`/api/v1/accounts/:id/${name}`, user('write:accounts', relationships.endorse));
      app.post(`/api/v1/accounts/:id/un${name}`, user('write:accounts', relationships.unendorse));
    }
    app.get('/api/v1/blocks', user('read:blocks', people.blocks));
    app.get('/api/v1/mutes', user('read:mutes', people.mutes));
    app.get('/api/v1/endorsements', user('read:accounts', people.ownEndorsements));
    app.get('/api/v1/follow_requests', user('read:follows', people.followRequests));
    app.post(
      '/api/v1/follow_requests/:id/authorize',
      user('write:follows', relationships.authorizeFollow),
    );
    app.post(
      '/api/v1/follow_requests/:id/reject',
      user('write:follows', relationships.rejectFollow),
    );

    // Statuses
    app.post('/api/v1/statuses', user('write:statuses', postStatus));
    app.get('/api/v1/statuses/:id', anyone('read:statuses', getStatus));

    // Timelines
    app.get('/api/v1/timelines/home', user('read:statuses', homeTimeline));
  });
}
