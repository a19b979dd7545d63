/** How far one has read (https://docs.joinmastodon.org/methods/markers/). */
import { Type } from 'typebox';
import type { Marker } from '../../service/markers.ts';
import { forUser } from './callers.ts';
import { dateOf } from './dates.ts';
import { Id, idOf } from './schemas.ts';

const Timeline = Type.Enum(['home', 'notifications']);
const Place = Type.Optional(Type.Object({ last_read_id: Id }));

const present = (markers: readonly Marker[]) =>
  Object.fromEntries(
    markers.map(({ timeline, last_read_id, version, updated_at }) => [
      timeline,
      { last_read_id: String(last_read_id), version, updated_at: dateOf(updated_at) },
    ]),
  );

export const getMarkers = forUser(
  { querystring: Type.Object({ timeline: Type.Optional(Type.Array(Timeline, { maxItems: 16 })) }) },
  async ({ services, viewer, query }) =>
    present(await services.markers.of(viewer, query.timeline ?? [])),
);

export const postMarkers = forUser(
  { body: Type.Object({ home: Place, notifications: Place }) },
  async ({ services, viewer, body: { home, notifications } }) =>
    present(
      await services.markers.set(viewer, {
        ...(home && { home: Math.max(0, idOf(home.last_read_id)) }),
        ...(notifications && { notifications: Math.max(0, idOf(notifications.last_read_id)) }),
      }),
    ),
);
