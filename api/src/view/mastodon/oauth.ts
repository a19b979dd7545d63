/** Where apps get their tokens (https://docs.joinmastodon.org/methods/oauth/). */
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import type { ClientProof, GivenToken } from '../../service/apps.ts';
import { DomainError } from '../../service/errors.ts';
import { ALL_SCOPES } from '../../service/scopes.ts';
import { whenGone } from '../connections.ts';
import { RequestError } from '../errors.ts';
import { publicUrlOf } from '../public-url.ts';
import { forUser, forVisitor } from './callers.ts';
import { siteOf } from './site.ts';

const Text = Type.Optional(Type.String());
const TokenBody = Type.Object({
  grant_type: Type.String(),
  client_id: Text,
  client_secret: Text,
  redirect_uri: Text,
  code: Text,
  code_verifier: Text,
  scope: Text,
  username: Text,
  password: Text,
});

export const giveToken = forVisitor(
  { body: TokenBody },
  async ({ services, body, request, reply }) => {
    const { authorizations, apps } = services;
    const client = clientOf(request, body);
    if (body.grant_type === 'authorization_code') {
      const { code_verifier: codeVerifier } = body;
      const exchange = { code: given(body.code), redirectUri: given(body.redirect_uri) };
      return presentToken(await authorizations.exchange({ ...client, ...exchange, codeVerifier }));
    }
    if (body.grant_type === 'client_credentials') {
      return presentToken(await apps.giveToken(client, body.scope));
    }
    if (body.grant_type === 'password') {
      const logIn = {
        email: given(body.username),
        password: given(body.password),
        address: request.ip,
        gone: whenGone(reply),
      };
      return presentToken(await authorizations.logIn(client, body.scope, logIn));
    }
    throw new DomainError('grant_unsupported');
  },
);

const RevokeBody = Type.Object({ client_id: Text, client_secret: Text, token: Type.String() });

export const revokeToken = forVisitor({ body: RevokeBody }, async ({ services, body, request }) =>
  services.authorizations.revoke(clientOf(request, body), body.token),
);

export const userInfo = forUser({}, async ({ services, viewer, request }) => {
  const user = await services.users.find(viewer.userId);
  const site = siteOf(request);
  const address = `${site.url}/@${user.username}`;
  return {
    iss: `${site.url}/`,
    sub: address,
    name: user.name,
    preferred_username: user.username,
    profile: address,
    picture: site.pictureOf(user),
  };
});

/** What clients look up before they log in (RFC 8414). */
export const oauthMetadata = forVisitor({}, ({ services, request }) => {
  const url = publicUrlOf(request);
  return {
    issuer: `${url}/`,
    authorization_endpoint: `${url}/oauth/authorize`,
    token_endpoint: `${url}/oauth/token`,
    revocation_endpoint: `${url}/oauth/revoke`,
    userinfo_endpoint: `${url}/oauth/userinfo`,
    app_registration_endpoint: `${url}/api/v1/apps`,
    service_documentation: `${url}/docs`,
    scopes_supported: ALL_SCOPES,
    response_types_supported: ['code'],
    response_modes_supported: ['query'],
    grant_types_supported: [
      'authorization_code',
      'client_credentials',
      ...(services.authorizations.takesPasswords ? ['password'] : []),
    ],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
    code_challenge_methods_supported: ['S256'],
    ui_locales_supported: ['en', 'ko'],
  };
});

/** A Token (https://docs.joinmastodon.org/entities/Token/). */
export function presentToken({ accessToken, scopes, createdAt }: GivenToken) {
  return {
    access_token: accessToken,
    token_type: 'Bearer',
    scope: scopes,
    created_at: Math.floor(createdAt / 1000),
  };
}

/** Who the app says it is: in the body, or by Basic authentication (RFC 6749, 2.3.1). */
function clientOf(
  { headers: { authorization = '' } }: FastifyRequest,
  body: { client_id?: string; client_secret?: string },
): ClientProof {
  const basic = /^Basic +([\w+/=-]+)$/i.exec(authorization.trim())?.[1];
  if (basic === undefined) {
    return { clientId: body.client_id ?? '', clientSecret: body.client_secret };
  }
  const [id = '', secret = ''] = Buffer.from(basic, 'base64').toString().split(':');
  return { clientId: decoded(id), clientSecret: decoded(secret) };
}

const decoded = (text: string): string =>
  new URLSearchParams(`text=${text.replaceAll('&', '%26')}`).get('text') ?? '';

/** @throws {RequestError} `invalid_input` */
function given(text: string | undefined): string {
  if (text === undefined || text === '') throw new RequestError('invalid_input');
  return text;
}
