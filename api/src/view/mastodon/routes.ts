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
  clearNotifications,
  countUnread,
  countUnreadGroups,
  dismissGroup,
  dismissNotification,
  getGroup,
  getNotification,
  groupAccounts,
  listGroups,
  listNotifications,
} from './notifications.ts';
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

    // Notifications
    app.get('/api/v1/notifications', user('read:notifications', listNotifications));
    app.get('/api/v1/notifications/unread_count', user('read:notifications', countUnread));
    app.get('/api/v1/notifications/:id', user('read:notifications', getNotification));
    app.post('/api/v1/notifications/clear', user('write:notifications', clearNotifications));
    app.post('/api/v1/notifications/:id/dismiss', user('write:notifications', dismissNotification));
    app.get('/api/v2/notifications', user('read:notifications', listGroups));
    app.get('/api/v2/notifications/unread_count', user('read:notifications', countUnreadGroups));
    app.get('/api/v2/notifications/:group_key', user('read:notifications', getGroup));
    app.post('/api/v2/notifications/:group_key/dismiss', user('write:notifications', dismissGroup));
    app.get('/api/v2/notifications/:group_key/accounts', user('read:notifications', groupAccounts));

    // Statuses
    app.post('/api/v1/statuses', user('write:statuses', postStatus));
    app.get('/api/v1/statuses/:id', anyone('read:statuses', getStatus));

    // Timelines
    app.get('/api/v1/timelines/home', user('read:statuses', homeTimeline));
  });
}
