/** The routes of this face that concern people, what they are to each other, and what they filter. */
import type { FastifyInstance } from 'fastify';
import { accountStatuses, featuredTags } from './account-statuses.ts';
import { getAccount, getAccounts, lookUpAccount, searchAccounts } from './accounts.ts';
import type { mastodonCallers } from './callers.ts';
import {
  deleteAvatar,
  deleteHeader,
  getPreferences,
  updateCredentials,
  verifyCredentials,
} from './credentials.ts';
import * as filters from './filters.ts';
import * as oldFilters from './old-filters.ts';
import * as lists from './people-lists.ts';
import * as relations from './relationships.ts';
import { signUp } from './sign-up.ts';
import { followedTags, followTag, getTag, unfollowTag } from './tags.ts';

/** @param callers as in routes.ts */
export function peopleRoutes(
  app: FastifyInstance,
  { anyone, app: ofApp, uploader, user }: ReturnType<typeof mastodonCallers>,
): void {
  // Accounts
  app.post('/api/v1/accounts', ofApp('write:accounts', signUp));
  app.get('/api/v1/accounts/verify_credentials', user('profile', verifyCredentials));
  app.patch('/api/v1/accounts/update_credentials', uploader('write:accounts', updateCredentials));
  app.delete('/api/v1/profile/avatar', user('write:accounts', deleteAvatar));
  app.delete('/api/v1/profile/header', user('write:accounts', deleteHeader));
  app.get('/api/v1/preferences', user('read:accounts', getPreferences));
  app.get('/api/v1/accounts', anyone('read:accounts', getAccounts));
  app.get('/api/v1/accounts/lookup', anyone('read:accounts', lookUpAccount));
  app.get('/api/v1/accounts/search', user('read:accounts', searchAccounts));
  app.get('/api/v1/accounts/familiar_followers', user('read:follows', lists.familiarFollowers));
  app.get('/api/v1/accounts/relationships', user('read:follows', relations.getRelationships));
  app.get('/api/v1/accounts/:id', anyone('read:accounts', getAccount));
  app.get('/api/v1/accounts/:id/statuses', anyone('read:statuses', accountStatuses));
  app.get('/api/v1/accounts/:id/followers', anyone('read:accounts', lists.followers));
  app.get('/api/v1/accounts/:id/following', anyone('read:accounts', lists.following));
  app.get('/api/v1/accounts/:id/endorsements', anyone('read:accounts', lists.endorsements));
  app.get('/api/v1/accounts/:id/featured_tags', anyone('read:accounts', featuredTags));

  // What people are to each other
  app.post('/api/v1/accounts/:id/follow', user('write:follows', relations.follow));
  app.post('/api/v1/accounts/:id/unfollow', user('write:follows', relations.unfollow));
  app.post(
    '/api/v1/accounts/:id/remove_from_followers',
    user('write:follows', relations.removeFollower),
  );
  app.post('/api/v1/accounts/:id/block', user('write:blocks', relations.block));
  app.post('/api/v1/accounts/:id/unblock', user('write:blocks', relations.unblock));
  app.post('/api/v1/accounts/:id/mute', user('write:mutes', relations.mute));
  app.post('/api/v1/accounts/:id/unmute', user('write:mutes', relations.unmute));
  app.post('/api/v1/accounts/:id/note', user('write:accounts', relations.note));
  for (const name of ['endorse', 'pin']) {
    app.post(`/api/v1/accounts/:id/${name}`, user('write:accounts', relations.endorse));
    app.post(`/api/v1/accounts/:id/un${name}`, user('write:accounts', relations.unendorse));
  }
  app.get('/api/v1/blocks', user('read:blocks', lists.blocks));
  app.get('/api/v1/mutes', user('read:mutes', lists.mutes));
  app.get('/api/v1/endorsements', user('read:accounts', lists.ownEndorsements));
  app.get('/api/v1/follow_requests', user('read:follows', lists.followRequests));
  app.post(
    '/api/v1/follow_requests/:id/authorize',
    user('write:follows', relations.authorizeFollow),
  );
  app.post('/api/v1/follow_requests/:id/reject', user('write:follows', relations.rejectFollow));

  // Hashtags
  app.get('/api/v1/followed_tags', user('read:follows', followedTags));
  app.get('/api/v1/tags/:name', anyone('read', getTag));
  app.post('/api/v1/tags/:name/follow', user('write:follows', followTag));
  app.post('/api/v1/tags/:name/unfollow', user('write:follows', unfollowTag));

  // Filters
  app.get('/api/v2/filters', user('read:filters', filters.getFilters));
  app.post('/api/v2/filters', user('write:filters', filters.postFilter));
  app.get('/api/v2/filters/:id', user('read:filters', filters.getFilter));
  app.put('/api/v2/filters/:id', user('write:filters', filters.putFilter));
  app.delete('/api/v2/filters/:id', user('write:filters', filters.deleteFilter));
  app.get('/api/v2/filters/:id/keywords', user('read:filters', filters.getKeywords));
  app.post('/api/v2/filters/:id/keywords', user('write:filters', filters.postKeyword));
  app.get('/api/v2/filters/keywords/:id', user('read:filters', filters.getKeyword));
  app.put('/api/v2/filters/keywords/:id', user('write:filters', filters.putKeyword));
  app.delete('/api/v2/filters/keywords/:id', user('write:filters', filters.deleteKeyword));
  app.get('/api/v2/filters/:id/statuses', user('read:filters', filters.getFilterStatuses));
  app.post('/api/v2/filters/:id/statuses', user('write:filters', filters.postFilterStatus));
  app.get('/api/v2/filters/statuses/:id', user('read:filters', filters.getFilterStatus));
  app.delete('/api/v2/filters/statuses/:id', user('write:filters', filters.deleteFilterStatus));

  // Filters as older apps know them
  app.get('/api/v1/filters', user('read:filters', oldFilters.getOldFilters));
  app.post('/api/v1/filters', user('write:filters', oldFilters.postOldFilter));
  app.get('/api/v1/filters/:id', user('read:filters', oldFilters.getOldFilter));
  app.put('/api/v1/filters/:id', user('write:filters', oldFilters.putOldFilter));
  app.delete('/api/v1/filters/:id', user('write:filters', oldFilters.deleteOldFilter));
}
