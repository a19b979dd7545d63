/** People: oneself, one of them, several, and finding them by name. */
import { Type } from 'typebox';
import { PEOPLE_PAGE } from '../../service/limits.ts';
import { forUser, forVisitor } from './callers.ts';
import { presentAccount } from './present-account.ts';
import { IdsQuery } from './relationships.ts';
import { Flag, IdParams, idOf } from './schemas.ts';
import { siteOf } from './site.ts';

export const getAccount = forVisitor(
  { params: IdParams },
  async ({ services, params, request }) => {
    const view = await services.people.one(idOf(params.id));
    return presentAccount(view, siteOf(request));
  },
);

export const getAccounts = forVisitor(
  { querystring: IdsQuery },
  async ({ services, query: { id = [] }, request }) => {
    const people = await services.people.shown(id.map(idOf));
    return people.map((view) => presentAccount(view, siteOf(request)));
  },
);

export const lookUpAccount = forVisitor(
  { querystring: Type.Object({ acct: Type.String({ maxLength: 400 }) }) },
  async ({ services, query: { acct }, request }) => {
    const view = await services.people.named(acct);
    return presentAccount(view, siteOf(request));
  },
);

const SearchQuery = Type.Object({
  q: Type.Optional(Type.String()),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
  following: Type.Optional(Flag),
});

export const searchAccounts = forUser(
  { querystring: SearchQuery },
  async ({ services, viewer: { userId: viewerId }, query, request }) => {
    const { q: text = '', limit = PEOPLE_PAGE, offset, following: isFollowing } = query;
    await services.search.begin({ viewerId, address: request.ip });
    const search = { text, viewerId, limit, offset, isFollowing };
    const people = await services.search.accounts(search);
    return people.map((view) => presentAccount(view, siteOf(request)));
  },
);
