import { Type } from 'typebox';
import { forUploader, forUser } from './callers.ts';
import { RequestError } from '../errors.ts';
import { presentMedia } from './present-media.ts';
import { IdParams, idOf } from './schemas.ts';
import { siteOf } from './site.ts';

/** What people say about a picture. */
export const MediaWords = {
  description: Type.Optional(Type.String()),
  focus: Type.Optional(Type.String({ maxLength: 100 })),
};
const Words = Type.Object(MediaWords);
const FIELD = 'file';

/** Both versions: pictures are finished at once, so there is nothing to be asked for later. */
export const postMedia = forUploader(
  [FIELD],
  { body: Words },
  async ({ services, viewer, body, files, request }) => {
    const file = files.get(FIELD);
    if (!file) throw new RequestError('upload_missing');
    return presentMedia(await services.media.add(viewer, file, body), siteOf(request));
  },
);

export const getMedia = forUser(
  { params: IdParams },
  async ({ services, viewer, params, request }) =>
    presentMedia(await services.media.find(viewer, idOf(params.id)), siteOf(request)),
);

export const putMedia = forUser(
  { params: IdParams, body: Words },
  async ({ services, viewer, params, body, request }) => {
    const media = await services.media.describe(viewer, idOf(params.id), body);
    return presentMedia(media, siteOf(request));
  },
);

export const deleteMedia = forUser({ params: IdParams }, async ({ services, viewer, params }) => {
  await services.media.delete(viewer, idOf(params.id));
});
