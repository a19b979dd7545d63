/** What an endpoint is: one schema, and a handler that parses nothing and decides nothing. */
import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { DomainError } from '../service/errors.ts';
import { allows } from '../service/scopes.ts';
import type { SessionService, Viewer } from '../service/sessions.ts';
import type { Services } from './services.ts';

/** The one schema of a route: it validates, types and documents. */
export interface RouteSchema {
  /** The chapter of the API's description that it stands in. */
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly consumes?: readonly string[];
  readonly body?: TSchema;
  /** Describes a multipart body; it is parsed by the endpoint itself. */
  readonly upload?: TSchema;
  readonly params?: TSchema;
  readonly querystring?: TSchema;
  readonly headers?: TSchema;
  readonly response: Readonly<Record<number, unknown>>;
}

type Part<S extends RouteSchema, K extends 'body' | 'params' | 'querystring'> = S[K] extends TSchema
  ? Static<S[K]>
  : unknown;

/** One request on its way to a service. */
export interface Call<S extends RouteSchema> {
  readonly services: Services;
  readonly body: Part<S, 'body'>;
  readonly params: Part<S, 'params'>;
  readonly query: Part<S, 'querystring'>;
  readonly idempotencyKey: string | undefined;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

export interface ViewerCall<S extends RouteSchema> extends Call<S> {
  readonly viewer: Viewer;
}

/** A promise is waited for; anything else is the reply at once. */
type Handle<C> = (call: C) => unknown;

/** An endpoint, whichever schema it has. */
export interface Endpoint<V extends 'anyone' | 'viewer'> {
  readonly who: V;
  readonly schema: RouteSchema;
  // oxlint-disable-next-line typescript/no-explicit-any -- the schema has been checked against it
  readonly handle: Handle<any>;
}

/** An endpoint that anybody may call. */
export function forAnyone<const S extends RouteSchema>(
  schema: S,
  handle: Handle<Call<S>>,
): Endpoint<'anyone'> {
  return { who: 'anyone', schema, handle };
}

/** An endpoint for people who have logged in. */
export function forViewer<const S extends RouteSchema>(
  schema: S,
  handle: Handle<ViewerCall<S>>,
): Endpoint<'viewer'> {
  return { who: 'viewer', schema, handle };
}

/** The two kinds of callers, as a routes file names them. */
export function callers(services: Services) {
  return {
    anyone: ({ schema, handle }: Endpoint<'anyone'>) => ({
      schema,
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        handle(callOf(services, request, reply)),
    }),
    /** Whoever has logged in; by an app, only one that has this scope. */
    viewer: (scope: string, { schema, handle }: Endpoint<'viewer'>) => ({
      schema: { ...schema, security: [{ token: [] }] },
      // Before the body is read: a stranger's upload is not worth receiving.
      onRequest: (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void) =>
        identify(services, request, scope, done),
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        handle(callOf(services, request, reply)),
    }),
  } satisfies Record<string, (...wanted: never) => RouteShorthandOptionsWithHandler>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Who has logged in; set on the routes of viewers. */
    viewer: Viewer | undefined;
  }
}

/** Most callers are known, and nothing is waited for; otherwise the promise is. */
function identify(
  { sessions }: Services,
  request: FastifyRequest,
  scope: string,
  done: (error?: Error) => void,
): Promise<void> | undefined {
  const token = tokenOf(request);
  const viewer = sessions.recall(token);
  if (!viewer) return authenticate(sessions, request, token, scope);
  request.viewer = viewer;
  done(mayNot(viewer, scope));
  return undefined;
}

/** @throws {DomainError} `token_invalid`, `scope_missing` */
async function authenticate(
  sessions: SessionService,
  request: FastifyRequest,
  token: string,
  scope: string,
): Promise<void> {
  const viewer = await sessions.authenticate(token);
  const refusal = mayNot(viewer, scope);
  if (refusal) throw refusal;
  request.viewer = viewer;
}

/** The classic log-in lets people do everything, an app what it was let in for. */
function mayNot({ appId, scopes }: Viewer, scope: string): DomainError | undefined {
  const isAllowed = appId === undefined || allows(scopes, scope);
  return isAllowed ? undefined : new DomainError('scope_missing');
}

/** What a handler is given. */
export function callOf(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): ViewerCall<RouteSchema> {
  return {
    services,
    body: request.body,
    params: request.params,
    query: request.query,
    idempotencyKey: headerText(request.headers['idempotency-key']),
    // Only the endpoints of viewers look at it, and there it is set.
    viewer: request.viewer as Viewer,
    request,
    reply,
  };
}

/**
 * The token, with or without `Bearer`: the course's clients send it bare. None at all is a token
 * that is not valid.
 */
export function tokenOf({ headers: { authorization = '' } }: FastifyRequest): string {
  return authorization.replace(/^Bearer +/i, '').trim();
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
