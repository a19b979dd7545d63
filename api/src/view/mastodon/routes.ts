/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/). Apps and the server itself are in server-routes.ts, people
 * in people-routes.ts. What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { RequestLoad } from '../connections.ts';
import type { Services } from '../services.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import { deleteMedia, getMedia, postMedia, putMedia } from './media.ts';
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
import { peopleRoutes } from './people-routes.ts';
import {
  bookmark,
  bookmarks,
  favourite,
  favouritedBy,
  favourites,
  muteConversation,
  pin,
  reblog,
  rebloggedBy,
  unbookmark,
  unfavourite,
  unmuteConversation,
  unpin,
  unreblog,
} from './reactions.ts';
import { serverRoutes } from './server-routes.ts';
import { search } from './search.ts';
import {
  deleteStatus,
  editStatus,
  getStatus,
  getStatuses,
  postStatus,
  statusContext,
  statusHistory,
  statusSource,
} from './statuses.ts';
import { streamingRoutes } from './streaming/routes.ts';
import { hashtagTimeline, homeTimeline, listTimeline, publicTimeline } from './timelines.ts';

export async function mastodonRoutes(
  app: FastifyInstance,
  services: Services,
  limits: BodyLimits & { readonly load: RequestLoad },
): Promise<void> {
  streamingRoutes(app, services, limits.load);
  await app.register(async (app) => {
    await takeAllBodies(app, limits);
    app.decorateRequest('caller', undefined);
    const callers = mastodonCallers(services);
    const { anyone, uploader, user } = callers;

    serverRoutes(app, callers);
    peopleRoutes(app, callers);

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
    app.get('/api/v1/statuses', anyone('read:statuses', getStatuses));
    app.get('/api/v1/statuses/:id', anyone('read:statuses', getStatus));
    app.put('/api/v1/statuses/:id', user('write:statuses', editStatus));
    app.delete('/api/v1/statuses/:id', user('write:statuses', deleteStatus));
    app.get('/api/v1/statuses/:id/context', anyone('read:statuses', statusContext));
    app.get('/api/v1/statuses/:id/history', anyone('read:statuses', statusHistory));
    app.get('/api/v1/statuses/:id/source', user('read:statuses', statusSource));

    // What people do with statuses
    app.post('/api/v1/statuses/:id/favourite', user('write:favourites', favourite));
    app.post('/api/v1/statuses/:id/unfavourite', user('write:favourites', unfavourite));
    app.post('/api/v1/statuses/:id/reblog', user('write:statuses', reblog));
    app.post('/api/v1/statuses/:id/unreblog', user('write:statuses', unreblog));
    app.post('/api/v1/statuses/:id/bookmark', user('write:bookmarks', bookmark));
    app.post('/api/v1/statuses/:id/unbookmark', user('write:bookmarks', unbookmark));
    app.post('/api/v1/statuses/:id/pin', user('write:accounts', pin));
    app.post('/api/v1/statuses/:id/unpin', user('write:accounts', unpin));
    app.post('/api/v1/statuses/:id/mute', user('write:mutes', muteConversation));
    app.post('/api/v1/statuses/:id/unmute', user('write:mutes', unmuteConversation));
    app.get('/api/v1/statuses/:id/favourited_by', anyone('read:statuses', favouritedBy));
    app.get('/api/v1/statuses/:id/reblogged_by', anyone('read:statuses', rebloggedBy));
    app.get('/api/v1/favourites', user('read:favourites', favourites));
    app.get('/api/v1/bookmarks', user('read:bookmarks', bookmarks));

    // Media
    app.post('/api/v1/media', uploader('write:media', postMedia));
    app.post('/api/v2/media', uploader('write:media', postMedia));
    app.get('/api/v1/media/:id', user('write:media', getMedia));
    app.put('/api/v1/media/:id', user('write:media', putMedia));
    app.delete('/api/v1/media/:id', user('write:media', deleteMedia));

    // Search
    app.get('/api/v2/search', anyone('read:search', search));

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
