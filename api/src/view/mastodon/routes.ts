/**
 * The Mastodon client API on one screen: method, path, who may call and with which scope, handler
 * (https://docs.joinmastodon.org/client/); apps and the server itself are in server-routes.ts. What is here and what is not: docs/mastodon-api.md.
 */
import type { FastifyInstance } from 'fastify';
import type { RequestLoad } from '../connections.ts';
import type { Services } from '../services.ts';
import { accountStatuses, featuredTags } from './account-statuses.ts';
import { getAccount, getAccounts, lookUpAccount, searchAccounts } from './accounts.ts';
import { type BodyLimits, takeAllBodies } from './bodies.ts';
import { mastodonCallers } from './callers.ts';
import { deleteMedia, getMedia, postMedia, putMedia } from './media.ts';
import {
  deleteAvatar,
  deleteHeader,
  getPreferences,
  updateCredentials,
  verifyCredentials,
} from './credentials.ts';
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
import * as people from './people-lists.ts';
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
import * as relationships from './relationships.ts';
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

    // Accounts
    app.get('/api/v1/accounts/verify_credentials', user('profile', verifyCredentials));
    app.patch('/api/v1/accounts/update_credentials', uploader('write:accounts', updateCredentials));
    app.delete('/api/v1/profile/avatar', user('write:accounts', deleteAvatar));
    app.delete('/api/v1/profile/header', user('write:accounts', deleteHeader));
    app.get('/api/v1/preferences', user('read:accounts', getPreferences));
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
