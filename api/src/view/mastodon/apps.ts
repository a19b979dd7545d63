/** Apps, as they register themselves (https://docs.joinmastodon.org/methods/apps/). */
import { Type } from 'typebox';
import type { App } from '../../service/apps.ts';
import { OUT_OF_BAND } from '../../service/redirects.ts';
import { forApp, forVisitor } from './callers.ts';

const AppBody = Type.Object({
  client_name: Type.String(),
  redirect_uris: Type.Optional(Type.Union([Type.String(), Type.Array(Type.String())])),
  scopes: Type.Optional(Type.String()),
  website: Type.Optional(Type.String()),
});

export const registerApp = forVisitor({ body: AppBody }, async ({ services, body, request }) => {
  const { client_name: name, redirect_uris: uris = OUT_OF_BAND, scopes, website } = body;
  const redirectUris = [uris].flat().flatMap((text) => text.split(/\s+/).filter(Boolean));
  const draft = { name, redirectUris, website, scopes: scopes === '' ? undefined : scopes };
  const { app, clientSecret } = await services.apps.register(draft, request.ip);
  return {
    ...presentApp(app),
    id: String(app.id),
    client_id: app.client_id,
    client_secret: clientSecret,
    client_secret_expires_at: 0,
  };
});

export const verifyApp = forApp({}, async ({ services, caller }) =>
  presentApp(await services.apps.findById(caller.appId)),
);

function presentApp({ name, website, scopes, redirect_uris }: App) {
  return {
    name,
    website,
    scopes: scopes.split(' '),
    redirect_uris: redirect_uris.split('\n'),
    redirect_uri: redirect_uris,
    // For web push, which is not here.
    vapid_key: '',
  };
}
