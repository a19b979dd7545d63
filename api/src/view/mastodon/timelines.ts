import { forUser } from './callers.ts';
import { linkPages, pageRange } from './paging.ts';
import { presentStatus } from './present-status.ts';
import { PageQuery } from './schemas.ts';
import { siteOf } from './site.ts';

export const homeTimeline = forUser(
  { querystring: PageQuery },
  async ({ services, viewer, query, request, reply }) => {
    const range = pageRange(query);
    const ids = await services.timelines.homeIds(viewer, range);
    const views = await services.tweetViews.load(ids, viewer.userId);
    linkPages(request, reply, ids, range);
    return views.map((view) => presentStatus(view, siteOf(request)));
  },
);
