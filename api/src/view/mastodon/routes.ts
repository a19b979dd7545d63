/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/). What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { Services } from '../services.ts';
import { getAccount, verifyCredentials } from './accounts.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import {
  deleteList,
  deleteListAccounts,
  getAccountLists,
  getList,
  getListAccounts,
  getLists,
  postList,
  postListAccounts,
  putList,
} from './lists.ts';
import { getMarkers, postMarkers } from './markers.ts';
import { getStatus, postStatus } from './statuses.ts';
import { hashtagTimeline, homeTimeline, listTimeline, publicTimeline } from './timelines.ts';

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
    app.get('/api/v1/timelines/list/:id', user('read:lists', listTimeline));
    app.get('/api/v1/timelines/public', anyone('read:statuses', publicTimeline));
    app.get('/api/v1/timelines/tag/:hashtag', anyone('read:statuses', hashtagTimeline));
    app.get('/api/v1/markers', user('read:statuses', getMarkers));
    app.post('/api/v1/markers', user('write:statuses', postMarkers));

    // Lists
    app.get('/api/v1/lists', user('read:lists', getLists));
    app.post('/api/v1/lists', user('write:lists', postList));
    app.get('/api/v1/lists/:id', user('read:lists', getList));
    app.put('/api/v1/lists/:id', user('write:lists', putList));
    app.delete('/api/v1/lists/:id', user('write:lists', deleteList));
    app.get('/api/v1/lists/:id/accounts', user('read:lists', getListAccounts));
    app.post('/api/v1/lists/:id/accounts', user('write:lists', postListAccounts));
    app.delete('/api/v1/lists/:id/accounts', user('write:lists', deleteListAccounts));
    app.get('/api/v1/accounts/:id/lists', user('read:lists', getAccountLists));
  });
}
