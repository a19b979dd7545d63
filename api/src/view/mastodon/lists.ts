/** Lists (https://docs.joinmastodon.org/methods/lists/). */
import { type Static, Type } from 'typebox';
import type { List } from '../../service/lists.ts';
import { forUser } from './callers.ts';
import { linkPages, pageRange } from './paging.ts';
import { presentAccount } from './present-account.ts';
import { Flag, Id, IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

const Policy = Type.Enum(['followed', 'list', 'none']);
const ListBody = Type.Object({
  title: Type.Optional(Type.String()),
  replies_policy: Type.Optional(Policy),
  exclusive: Type.Optional(Flag),
});
/** Nobody puts more people on a list at a time. */
const MembersBody = Type.Object({ account_ids: Type.Array(Id, { maxItems: 500 }) });
const MembersQuery = Type.Object({
  ...PageQuery.properties,
  // 0 is everybody.
  limit: Type.Optional(Type.Integer({ minimum: 0 })),
});

const present = ({ id, title, replies_policy, is_exclusive }: List) => ({
  id: String(id),
  title,
  replies_policy,
  exclusive: is_exclusive === 1,
});

const draftOf = ({ title, replies_policy, exclusive }: Static<typeof ListBody>) => ({
  title,
  repliesPolicy: replies_policy,
  isExclusive: exclusive,
});

export const getLists = forUser({}, async ({ services, viewer }) =>
  (await services.lists.all(viewer)).map(present),
);

export const getList = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  present(await services.lists.one(viewer, idOf(params.id))),
);

export const postList = forUser(
  { body: ListBody },
  async ({ services, viewer, body, idempotencyKey }) =>
    present(await services.lists.create(viewer, draftOf(body), idempotencyKey)),
);

export const putList = forUser(
  { params: IdParams, body: ListBody },
  async ({ services, viewer, params, body }) =>
    present(await services.lists.change(viewer, idOf(params.id), draftOf(body))),
);

export const deleteList = forUser({ params: IdParams }, async ({ services, viewer, params }) => {
  await services.lists.delete(viewer, idOf(params.id));
});

export const getListAccounts = forUser(
  { params: IdParams, querystring: MembersQuery },
  async ({ services, viewer, params, query, request, reply }) => {
    const range = pageRange(query, 40);
    const isWhole = query.limit === 0;
    const id = idOf(params.id);
    const ids = await services.lists.members(viewer, id, isWhole ? undefined : range);
    const people = await services.people.shown(ids);
    if (!isWhole) linkPages(request, reply, ids, range);
    const site = siteOf(request);
    return people.map((view) => presentAccount(view, site));
  },
);

export const postListAccounts = forUser(
  { params: IdParams, body: MembersBody },
  async ({ services, viewer, params, body }) => {
    await services.lists.add(viewer, idOf(params.id), body.account_ids.map(idOf));
  },
);

export const deleteListAccounts = forUser(
  {
    params: IdParams,
    body: Type.Partial(MembersBody),
    querystring: Type.Partial(MembersBody),
  },
  async ({ services, viewer, params, body, query }) => {
    const ids = body.account_ids ?? query.account_ids ?? [];
    await services.lists.remove(viewer, idOf(params.id), ids.map(idOf));
  },
);

/** The viewer's lists that an account is on. */
export const getAccountLists = forUser(
  { params: IdParams },
  async ({ services, viewer, params }) => {
    const member = await services.userViews.one(idOf(params.id));
    return (await services.lists.withMember(viewer, member.user.id)).map(present);
  },
);
