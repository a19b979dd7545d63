/** Oneself: what others see, and how one likes to post. */
import { type Static, Type } from 'typebox';
import type { PictureKind } from '../../service/profile-pictures.ts';
import type { ProfileChanges } from '../../service/profiles.ts';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { forUploader, forUser } from './callers.ts';
import { presentCredentials } from './present-credentials.ts';
import { visibilityName, visibilityOf, VisibilityName } from './present-status.ts';
import { Flag, Place } from './schemas.ts';
import { type Site, siteOf } from './site.ts';

async function credentialsOf(services: Services, viewer: Viewer, site: Site) {
  const [view, requests] = await Promise.all([
    services.userViews.one(viewer.userId),
    services.profiles.countRequests(viewer),
  ]);
  return presentCredentials(view, requests, site);
}

export const verifyCredentials = forUser({}, ({ services, viewer, request }) =>
  credentialsOf(services, viewer, siteOf(request)),
);

const Field = Type.Object({
  name: Type.Optional(Type.String()),
  value: Type.Optional(Type.String()),
});

const Source = Type.Object({
  privacy: Type.Optional(VisibilityName),
  sensitive: Type.Optional(Flag),
  language: Type.Optional(Type.String()),
});

/** Fields come as a list, or by their places: `fields_attributes[0][name]`. */
const CredentialsBody = Type.Object({
  display_name: Type.Optional(Type.String()),
  note: Type.Optional(Type.String()),
  locked: Type.Optional(Flag),
  bot: Type.Optional(Flag),
  discoverable: Type.Optional(Flag),
  hide_collections: Type.Optional(Flag),
  fields_attributes: Type.Optional(Type.Union([Type.Array(Field), Type.Record(Place, Field)])),
  source: Type.Optional(Source),
});

/** Fields of a form that bear pictures. */
const PICTURES = { avatar: 'profile_picture', header: 'header_picture' } as const;

export const updateCredentials = forUploader(
  Object.keys(PICTURES),
  { body: CredentialsBody },
  async ({ services, viewer, body, files, request }) => {
    await services.profiles.update(viewer, changesOf(body));
    for (const [field, kind] of Object.entries(PICTURES)) {
      const file = files.get(field);
      if (file) await services.profilePictures.set(viewer, kind, file);
    }
    return credentialsOf(services, viewer, siteOf(request));
  },
);

const deletePicture = (kind: PictureKind) =>
  forUser({}, async ({ services, viewer, request }) => {
    await services.profilePictures.remove(viewer, kind);
    return credentialsOf(services, viewer, siteOf(request));
  });

export const deleteAvatar = deletePicture('profile_picture');
export const deleteHeader = deletePicture('header_picture');

function changesOf(body: Static<typeof CredentialsBody>): ProfileChanges {
  const { display_name, note, locked, bot, discoverable, hide_collections, source = {} } = body;
  const { privacy, sensitive, language } = source;
  return {
    name: display_name,
    profile: note,
    fields: fieldsOf(body.fields_attributes),
    isLocked: locked,
    isBot: bot,
    isDiscoverable: discoverable,
    hidesFollows: hide_collections,
    defaultVisibility: privacy === undefined ? undefined : visibilityOf(privacy),
    defaultSensitive: sensitive,
    defaultLanguage: language,
  };
}

/** In the order of their places: JavaScript keeps small numbers so. */
function fieldsOf(sent: Static<typeof CredentialsBody>['fields_attributes']) {
  return sent && Object.values(sent).map(({ name = '', value = '' }) => ({ name, value }));
}

export const getPreferences = forUser({}, async ({ services, viewer }) => {
  const { user } = await services.userViews.one(viewer.userId);
  return {
    'posting:default:visibility': visibilityName(user.default_visibility),
    'posting:default:sensitive': user.default_sensitive === 1,
    'posting:default:language': user.default_language,
    'posting:default:quote_policy': 'nobody',
    'reading:expand:media': 'default',
    'reading:expand:spoilers': false,
    'reading:autoplay:gifs': false,
  };
});
