/** Lists of people: who follows whom, and whom the viewer has blocked, muted or shown. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { FAMILIAR_AT_ONCE_MAX, PEOPLE_PAGE, PEOPLE_PAGE_MAX } from '../../service/limits.ts';
import type { PeoplePage } from '../../service/people.ts';
import type { UserView } from '../../service/user-views.ts';
import type { Services } from '../services.ts';
import { forUser, forVisitor } from './callers.ts';
import { dateOf } from './dates.ts';
import { linkPages, pageRange, type PageRange } from './paging.ts';
import { presentAccount } from './present-account.ts';
import { Type } from 'typebox';
import { Id, IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

const rangeOf = (query: Parameters<typeof pageRange>[0]) =>
  pageRange(query, PEOPLE_PAGE, PEOPLE_PAGE_MAX);

interface Paged {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly range: PageRange;
}

function answer({ ids, people }: PeoplePage, { request, reply, range }: Paged) {
  linkPages(request, reply, ids, range);
  return people.map((view) => presentAccount(view, siteOf(request)));
}

/** An entry of a list that has ids of its own. */
interface Entry {
  readonly id: number;
  readonly userId: number;
}

/** People by the entries that name them; whoever is not in good standing is left out. */
async function answerEntries<E extends Entry, A>(
  services: Services,
  entries: readonly E[],
  { request, reply, range }: Paged,
  present: (view: UserView, entry: E) => A,
): Promise<A[]> {
  const ids = entries.map(({ id }) => id);
  linkPages(request, reply, ids, range);
  const people = await services.people.shown(entries.map(({ userId }) => userId));
  const byId = new Map(people.map((view) => [view.user.id, view]));
  return entries.flatMap((entry) => {
    const view = byId.get(entry.userId);
    return view ? [present(view, entry)] : [];
  });
}

export const followers = forVisitor(
  { params: IdParams, querystring: PageQuery },
  async ({ services, viewer, params, query, request, reply }) => {
    const range = rangeOf(query);
    const page = await services.people.followersOf(idOf(params.id), viewer?.userId, range);
    return answer(page, { request, reply, range });
  },
);

export const following = forVisitor(
  { params: IdParams, querystring: PageQuery },
  async ({ services, viewer, params, query, request, reply }) => {
    const range = rangeOf(query);
    const page = await services.people.followedBy(idOf(params.id), viewer?.userId, range);
    return answer(page, { request, reply, range });
  },
);

const FamiliarQuery = Type.Object({
  id: Type.Optional(Type.Array(Id, { maxItems: FAMILIAR_AT_ONCE_MAX })),
});

export const familiarFollowers = forUser(
  { querystring: FamiliarQuery },
  async ({ services, viewer, query: { id = [] }, request }) => {
    const found = await services.people.familiarFollowers(viewer, id.map(idOf));
    return [...found].map(([userId, people]) => ({
      id: String(userId),
      accounts: people.map((view) => presentAccount(view, siteOf(request))),
    }));
  },
);

export const blocks = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = rangeOf(query);
    const found = await services.blocks.page(viewer, range);
    const entries = found.map(({ id, blocked_user_id }) => ({ id, userId: blocked_user_id }));
    return answerEntries(services, entries, { request, reply, range }, (view) =>
      presentAccount(view, siteOf(request)),
    );
  },
);

export const mutes = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = rangeOf(query);
    const found = await services.mutes.page(viewer, range);
    const entries = found.map((mute) => ({ ...mute, userId: mute.muted_user_id }));
    return answerEntries(services, entries, { request, reply, range }, (view, { expires_at }) => ({
      ...presentAccount(view, siteOf(request)),
      mute_expires_at: expires_at === null ? null : dateOf(expires_at),
    }));
  },
);

export const followRequests = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = rangeOf(query);
    const found = await services.follows.requests(viewer, range);
    const entries = found.map(({ id, user_id }) => ({ id, userId: user_id }));
    return answerEntries(services, entries, { request, reply, range }, (view) =>
      presentAccount(view, siteOf(request)),
    );
  },
);

export const ownEndorsements = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = rangeOf(query);
    const ids = await services.relations.endorsedBy(viewer.userId, range);
    return answer({ ids, people: await services.people.shown(ids) }, { request, reply, range });
  },
);

export const endorsements = forVisitor(
  { params: IdParams, querystring: PageQuery },
  async ({ services, params, query, request, reply }) => {
    const range = rangeOf(query);
    const { user } = await services.people.one(idOf(params.id));
    const ids = await services.relations.endorsedBy(user.id, range);
    return answer({ ids, people: await services.people.shown(ids) }, { request, reply, range });
  },
);
