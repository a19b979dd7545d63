/**
 * What Minitter lacks: polls, scheduled statuses, direct conversations, trends, suggestions, web push,
 * other servers. Clients ask for some of it when they start, and get what a server answers that has
 * none of it.
 */
import { RequestError } from '../errors.ts';
import { forUser, forVisitor } from './callers.ts';

/** An empty list. */
export const none = forVisitor({}, () => []);
export const noneOfYours = forUser({}, () => []);

/** There is no such thing, whichever its id. */
export const nothing = forVisitor({}, () => {
  throw new RequestError('not_found');
});
export const nothingOfYours = forUser({}, () => {
  throw new RequestError('not_found');
});

/** It is not there any more, because it never was. */
export const done = forUser({}, () => ({}));

/** No language is translated. */
export const noLanguages = forVisitor({}, () => ({}));

/** Nobody's notifications are held back. */
export const notificationPolicy = forUser({}, () => ({
  for_not_following: 'accept',
  for_not_followers: 'accept',
  for_new_accounts: 'accept',
  for_private_mentions: 'accept',
  for_limited_accounts: 'accept',
  summary: { pending_requests_count: 0, pending_notifications_count: 0 },
}));
export const requestsMerged = forUser({}, () => ({ merged: true }));

export const noAnnualReports = forUser({}, () => ({
  annual_reports: [],
  accounts: [],
  statuses: [],
}));
