/** What people are to each other, and changing it; each change answers with what it is then. */
import { Type } from 'typebox';
import { MUTE_SECONDS_MAX, PEOPLE_AT_ONCE_MAX } from '../../service/limits.ts';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { forUser } from './callers.ts';
import { presentRelationship } from './present-relationship.ts';
import { Flag, Id, IdParams, idOf } from './schemas.ts';

/** `id[]=1&id[]=2` */
export const IdsQuery = Type.Object({
  id: Type.Optional(Type.Array(Id, { maxItems: PEOPLE_AT_ONCE_MAX })),
});

export const getRelationships = forUser(
  { querystring: IdsQuery },
  async ({ services, viewer, query: { id = [] } }) => {
    const relations = await services.relations.between(viewer, id.map(idOf));
    return relations.map(presentRelationship);
  },
);

/** An endpoint without more input that changes what the viewer is to the user `:id`. */
const changing = (change: (services: Services, viewer: Viewer, id: number) => Promise<void>) =>
  forUser({ params: IdParams }, async ({ services, viewer, params }) => {
    const id = idOf(params.id);
    // Whoever is not there is told of before anything is done.
    await services.relations.to(viewer, id);
    await change(services, viewer, id);
    return presentRelationship(await services.relations.to(viewer, id));
  });

export const unfollow = changing(({ follows }, viewer, id) => follows.unfollow(viewer, id));
export const removeFollower = changing(({ follows }, viewer, id) =>
  follows.removeFollower(viewer, id),
);
export const authorizeFollow = changing(({ follows }, viewer, id) => follows.authorize(viewer, id));
export const rejectFollow = changing(({ follows }, viewer, id) => follows.reject(viewer, id));
export const block = changing(({ blocks }, viewer, id) => blocks.block(viewer, id));
export const unblock = changing(({ blocks }, viewer, id) => blocks.unblock(viewer, id));
export const unmute = changing(({ mutes }, viewer, id) => mutes.unmute(viewer, id));
export const endorse = changing(({ relations }, viewer, id) => relations.endorse(viewer, id));
export const unendorse = changing(({ relations }, viewer, id) => relations.unendorse(viewer, id));

const FollowBody = Type.Object({
  reblogs: Type.Optional(Flag),
  notify: Type.Optional(Flag),
});

export const follow = forUser(
  { params: IdParams, body: FollowBody },
  async ({ services, viewer, params, body: { reblogs, notify } }) => {
    const id = idOf(params.id);
    await services.follows.follow(viewer, id, { showsReblogs: reblogs, notifies: notify });
    return presentRelationship(await services.relations.to(viewer, id));
  },
);

const MuteBody = Type.Object({
  notifications: Type.Optional(Flag),
  duration: Type.Optional(Type.Integer({ minimum: 0, maximum: MUTE_SECONDS_MAX })),
});

export const mute = forUser(
  { params: IdParams, body: MuteBody },
  async ({ services, viewer, params, body: { notifications = true, duration = 0 } }) => {
    const id = idOf(params.id);
    await services.mutes.mute(viewer, id, { hidesNotifications: notifications, seconds: duration });
    return presentRelationship(await services.relations.to(viewer, id));
  },
);

const NoteBody = Type.Object({ comment: Type.Optional(Type.String()) });

export const note = forUser(
  { params: IdParams, body: NoteBody },
  async ({ services, viewer, params, body: { comment = '' } }) => {
    const id = idOf(params.id);
    await services.relations.note(viewer, id, comment);
    return presentRelationship(await services.relations.to(viewer, id));
  },
);
