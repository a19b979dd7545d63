import { type Static, Type } from 'typebox';
import { NOTIFICATION_KINDS, type NotificationKind } from '../../service/notifications.ts';
import { forUser } from './callers.ts';
import { linkPages, pageRange } from './paging.ts';
import { presentAccount } from './present-account.ts';
import { presentGroups, presentNotification } from './present-notification.ts';
import { Id, IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

/** Names of kinds; what nobody knows is nothing. */
const Kinds = Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 });

const Choice = {
  types: Type.Optional(Kinds),
  exclude_types: Type.Optional(Kinds),
  account_id: Type.Optional(Id),
};
const GroupChoice = { ...Choice, grouped_types: Type.Optional(Kinds) };
const ListQuery = Type.Object({ ...PageQuery.properties, ...Choice });
const CountQuery = Type.Object({ limit: PageQuery.properties.limit, ...Choice });
const Expansion = Type.Optional(
  Type.Union([Type.Literal('full'), Type.Literal('partial_avatars')]),
);
const GroupListQuery = Type.Object({
  ...PageQuery.properties,
  ...GroupChoice,
  expand_accounts: Expansion,
});
const GroupCountQuery = Type.Object({ limit: PageQuery.properties.limit, ...GroupChoice });
const GroupParams = Type.Object({ group_key: Type.String({ maxLength: 80 }) });

/** Notifications on a page, and those that are counted. */
const [PAGE, PAGE_MAX, COUNTED, COUNTED_MAX] = [40, 80, 100, 1000];

export const listNotifications = forUser(
  { querystring: ListQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = pageRange(query, PAGE, PAGE_MAX);
    const { ids, views } = await services.notifications.page(viewer, choiceOf(query), range);
    linkPages(request, reply, ids, range);
    return views.map((view) => presentNotification(view, siteOf(request)));
  },
);

export const getNotification = forUser(
  { params: IdParams },
  async ({ services, viewer, params, request }) =>
    presentNotification(await services.notifications.one(viewer, idOf(params.id)), siteOf(request)),
);

export const dismissNotification = forUser(
  { params: IdParams },
  async ({ services, viewer, params }) => services.notifications.dismiss(viewer, idOf(params.id)),
);

export const clearNotifications = forUser({}, async ({ services, viewer }) =>
  services.notifications.clear(viewer),
);

export const countUnread = forUser(
  { querystring: CountQuery },
  async ({ services, viewer, query }) => ({
    count: await services.notifications.countUnread(viewer, choiceOf(query), mostOf(query)),
  }),
);

export const listGroups = forUser(
  { querystring: GroupListQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = pageRange(query, PAGE, PAGE_MAX);
    const page = await services.notificationGroups.page(viewer, groupChoiceOf(query), range);
    if (page.window) {
      const { low, high } = page.window;
      linkPages(request, reply, [high, low], { limit: page.isFull ? 0 : Infinity });
    }
    return presentGroups(page.groups, siteOf(request), query.expand_accounts);
  },
);

export const getGroup = forUser(
  { params: GroupParams },
  async ({ services, viewer, params, request }) => {
    const group = await services.notificationGroups.one(viewer, params.group_key);
    return presentGroups([group], siteOf(request));
  },
);

export const dismissGroup = forUser({ params: GroupParams }, async ({ services, viewer, params }) =>
  services.notificationGroups.dismiss(viewer, params.group_key),
);

export const groupAccounts = forUser(
  { params: GroupParams, querystring: PageQuery },
  async ({ services, viewer, params, query, request, reply }) => {
    const range = pageRange(query, PAGE, PAGE_MAX);
    const views = await services.notificationGroups.members(viewer, params.group_key, range);
    const ids = views.map(({ notification }) => notification.id);
    linkPages(request, reply, ids, range);
    return views.map(({ from }) => presentAccount(from, siteOf(request)));
  },
);

export const countUnreadGroups = forUser(
  { querystring: GroupCountQuery },
  async ({ services, viewer, query }) => ({
    count: await services.notificationGroups.countUnread(
      viewer,
      groupChoiceOf(query),
      mostOf(query),
    ),
  }),
);

function choiceOf({ types, exclude_types: excluded = [], account_id }: Static<typeof CountQuery>): {
  kinds: NotificationKind[];
  fromUserId: number | undefined;
} {
  const wanted = types ? known(types) : NOTIFICATION_KINDS;
  return {
    kinds: wanted.filter((kind) => !excluded.includes(kind)),
    fromUserId: account_id === undefined ? undefined : idOf(account_id),
  };
}

function groupChoiceOf(query: Static<typeof GroupCountQuery>) {
  const { grouped_types: grouped } = query;
  return { ...choiceOf(query), groupedKinds: grouped ? known(grouped) : NOTIFICATION_KINDS };
}

const known = (names: readonly string[]): NotificationKind[] =>
  NOTIFICATION_KINDS.filter((kind) => names.includes(kind));

const mostOf = ({ limit = COUNTED }: { readonly limit?: number }): number =>
  Math.min(limit, COUNTED_MAX);
