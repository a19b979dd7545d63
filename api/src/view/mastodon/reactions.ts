/** What people do with statuses: each deed answers with the status as it is then. */
import { Type } from 'typebox';
import type { Reaction } from '../../service/reactions.ts';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { forUser, forVisitor, type VisitorCall } from './callers.ts';
import { linkPages, type PageRange, pageRange } from './paging.ts';
import { presentAccount } from './present-account.ts';
import { presentStatus, visibilityOf, VisibilityName } from './present-status.ts';
import { IdParams, idOf, PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

type Deed = (services: Services, viewer: Viewer, id: number) => Promise<unknown>;

/** An endpoint that does something with a status. */
const doing = (deed: Deed) =>
  forUser({ params: IdParams }, async ({ services, viewer, params, request }) => {
    const id = idOf(params.id);
    await deed(services, viewer, id);
    return presentStatus(await services.tweetViews.one(id, viewer.userId), siteOf(request));
  });

export const favourite = doing(({ reactions }, viewer, id) => reactions.favourite(viewer, id));
export const unfavourite = doing(({ reactions }, viewer, id) => reactions.unfavourite(viewer, id));
export const bookmark = doing(({ reactions }, viewer, id) => reactions.bookmark(viewer, id));
export const unbookmark = doing(({ reactions }, viewer, id) => reactions.unbookmark(viewer, id));
export const pin = doing(({ reactions }, viewer, id) => reactions.pin(viewer, id));
export const unpin = doing(({ reactions }, viewer, id) => reactions.unpin(viewer, id));
export const muteConversation = doing(({ reactions }, viewer, id) =>
  reactions.muteConversation(viewer, id),
);
export const unmuteConversation = doing(({ reactions }, viewer, id) =>
  reactions.unmuteConversation(viewer, id),
);

const ReblogBody = Type.Object({ visibility: Type.Optional(VisibilityName) });

/** Answers with the reblog, which has the status inside. */
export const reblog = forUser(
  { params: IdParams, body: ReblogBody },
  async ({ services, viewer, params, body, request }) => {
    const visibility = visibilityOf(body.visibility ?? 'public');
    const id = await services.reactions.reblog(viewer, idOf(params.id), visibility);
    return presentStatus(await services.tweetViews.one(id, viewer.userId), siteOf(request));
  },
);

/** Answers with the status that is not repeated any more. */
export const unreblog = forUser(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const id = await services.reactions.unreblog(viewer, idOf(params.id));
    return presentStatus(await services.tweetViews.one(id, viewer.userId), siteOf(request));
  },
);

const ListSchema = { querystring: PageQuery } as const;

const markedBy = (kind: 'favourites' | 'bookmarks') =>
  forUser(ListSchema, async ({ services, viewer, query, request, reply }) => {
    const range = pageRange(query);
    const marks = await services.reactions.listOf(viewer, kind, range);
    linkPages(request, reply, idsOf(marks), range);
    const ids = marks.map(({ tweet_id }) => tweet_id);
    const views = await services.tweetViews.load(ids, viewer.userId);
    return views.map((view) => presentStatus(view, siteOf(request)));
  });

export const favourites = markedBy('favourites');
export const bookmarks = markedBy('bookmarks');

const PeopleSchema = { params: IdParams, querystring: PageQuery } as const;
type PeopleCall = VisitorCall<typeof PeopleSchema & { tags: []; summary: ''; response: {} }>;
/** Who did something, with the id by which the list is paged. */
type Deeds = readonly { readonly id: number; readonly user_id: number }[];

const peopleWho = (find: (services: Services, id: number, range: PageRange) => Promise<Deeds>) =>
  forVisitor(PeopleSchema, async (call: PeopleCall) => {
    const { services, viewer, params, query, request, reply } = call;
    const range = pageRange(query, 40);
    const view = await services.tweetViews.one(idOf(params.id), viewer?.userId);
    const deeds = await find(services, (view.reblog ?? view).tweet.id, range);
    linkPages(request, reply, idsOf(deeds), range);
    const people = await services.userViews.load(deeds.map(({ user_id }) => user_id));
    return deeds.flatMap(({ user_id }) => {
      const person = people.get(user_id);
      return person?.user.state === 'active' ? presentAccount(person, siteOf(request)) : [];
    });
  });

export const favouritedBy = peopleWho(({ reactions }, id, range): Promise<Reaction[]> =>
  reactions.favouritedBy(id, range),
);
export const rebloggedBy = peopleWho(({ reactions }, id, range) => reactions.reblogsOf(id, range));

const idsOf = (rows: Deeds): number[] => rows.map(({ id }) => id);
