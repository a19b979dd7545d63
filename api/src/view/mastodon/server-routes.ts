/** The routes of this face that concern apps, the server itself, and what it lacks. */
import type { FastifyInstance } from 'fastify';
import * as absent from './absent.ts';
import { registerApp, verifyApp } from './apps.ts';
import type { mastodonCallers } from './callers.ts';
import * as instance from './instance.ts';
import { giveToken, oauthMetadata, revokeToken, userInfo } from './oauth.ts';
import { authorize, authorizePage } from './oauth-authorize.ts';

const ABSENT_LISTS = [
  '/api/v1/announcements',
  '/api/v1/custom_emojis',
  '/api/v1/directory',
  '/api/v1/instance/domain_blocks',
  '/api/v1/trends',
  '/api/v1/trends/links',
  '/api/v1/trends/statuses',
  '/api/v1/trends/tags',
];
/** With the scope that each needs. */
const ABSENT_LISTS_OF_YOURS = [
  ['/api/v1/conversations', 'read:statuses'],
  ['/api/v1/domain_blocks', 'read:blocks'],
  ['/api/v1/featured_tags', 'read:accounts'],
  ['/api/v1/featured_tags/suggestions', 'read:accounts'],
  ['/api/v1/notifications/requests', 'read:notifications'],
  ['/api/v1/scheduled_statuses', 'read:statuses'],
  ['/api/v1/suggestions', 'read'],
  ['/api/v2/suggestions', 'read'],
] as const;

/** @param callers as in routes.ts */
export function serverRoutes(
  app: FastifyInstance,
  { anyone, app: ofApp, open, user }: ReturnType<typeof mastodonCallers>,
): void {
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

  // The server
  app.get('/api/v1/instance', open(instance.oldInstance));
  app.get('/api/v2/instance', open(instance.instance));
  app.get('/api/v1/instance/peers', open(absent.none));
  app.get('/api/v1/instance/activity', open(instance.activity));
  app.get('/api/v1/instance/rules', open(instance.rules));
  app.get('/api/v1/instance/extended_description', open(instance.extendedDescription));
  app.get('/api/v1/instance/privacy_policy', open(instance.privacyPolicy));
  app.get('/api/v1/instance/terms_of_service', open(instance.termsOfService));
  app.get('/api/v1/instance/terms_of_service/:date', open(instance.termsOfService));
  app.get('/.well-known/nodeinfo', open(instance.nodeInfoLinks));
  app.get('/nodeinfo/2.0', open(instance.nodeInfo));

  // What is not here
  for (const path of ABSENT_LISTS) app.get(path, open(absent.none));
  for (const [path, scope] of ABSENT_LISTS_OF_YOURS) {
    app.get(path, user(scope, absent.noneOfYours));
  }
  app.get('/api/v1/instance/translation_languages', open(absent.noLanguages));
  app.get('/api/v1/annual_reports', user('read:accounts', absent.noAnnualReports));
  app.get('/api/v1/polls/:id', anyone('read:statuses', absent.nothing));
  app.post('/api/v1/polls/:id/votes', user('write:statuses', absent.nothingOfYours));
  app.get('/api/v1/push/subscription', user('push', absent.nothingOfYours));
  app.delete('/api/v1/push/subscription', user('push', absent.done));
  app.get('/api/v1/scheduled_statuses/:id', user('read:statuses', absent.nothingOfYours));
  app.delete('/api/v1/suggestions/:id', user('write:accounts', absent.done));
  for (const path of ['/api/v1/notifications/policy', '/api/v2/notifications/policy']) {
    app.get(path, user('read:notifications', absent.notificationPolicy));
  }
  app.get(
    '/api/v1/notifications/requests/merged',
    user('read:notifications', absent.requestsMerged),
  );
  app.get('/api/v1/notifications/requests/:id', user('read:notifications', absent.nothingOfYours));
}
