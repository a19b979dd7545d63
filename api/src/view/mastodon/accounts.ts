import { forUser, forVisitor } from './callers.ts';
import { presentAccount } from './present-account.ts';
import { IdParams, idOf } from './schemas.ts';
import { siteOf } from './site.ts';

export const verifyCredentials = forUser({}, async ({ services, viewer, request }) => {
  const view = await services.userViews.one(viewer.userId);
  return presentAccount(view, siteOf(request));
});

export const getAccount = forVisitor(
  { params: IdParams },
  async ({ services, params, request }) => {
    const view = await services.userViews.one(idOf(params.id));
    return presentAccount(view, siteOf(request));
  },
);
