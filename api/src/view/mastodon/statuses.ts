import { Type } from 'typebox';
import { forUser, forVisitor } from './callers.ts';
import { presentStatus } from './present-status.ts';
import { Id, IdParams, idOf } from './schemas.ts';
import { siteOf } from './site.ts';

const StatusBody = Type.Object({
  status: Type.Optional(Type.String()),
  in_reply_to_id: Type.Optional(Id),
});

export const postStatus = forUser(
  { body: StatusBody },
  async ({ services, viewer, body, idempotencyKey, request }) => {
    const id = await services.tweets.post(viewer, body.status ?? '', idempotencyKey);
    const view = await services.tweetViews.one(id, viewer.userId);
    return presentStatus(view, siteOf(request));
  },
);

export const getStatus = forVisitor(
  { params: IdParams },
  async ({ services, viewer, params, request }) => {
    const view = await services.tweetViews.one(idOf(params.id), viewer?.userId);
    return presentStatus(view, siteOf(request));
  },
);
