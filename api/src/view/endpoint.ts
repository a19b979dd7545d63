/** What an endpoint is: one schema, and a handler that parses nothing and decides nothing. */
import type { FastifyReply, FastifyRequest, RouteShorthandOptionsWithHandler } from 'fastify';
import type { Static, TSchema } from 'typebox';
import { DomainError } from '../service/errors.ts';
import type { Viewer } from '../service/sessions.ts';
import { RequestError } from './errors.ts';
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

type Handle<C> = (call: C) => Promise<unknown>;

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
      ...refusingForms(schema),
      handler: (request: FastifyRequest, reply: FastifyReply) =>
        handle(callOf(services, request, reply)),
    }),
    viewer: ({ schema, handle }: Endpoint<'viewer'>) => {
      const viewers = new WeakMap<FastifyRequest, Viewer>();
      return {
        schema: { ...schema, security: [{ token: [] }] },
        ...refusingForms(schema),
        // Before the body is read: a stranger's upload is not worth receiving.
        onRequest: async (request: FastifyRequest) => {
          viewers.set(request, await services.sessions.authenticate(tokenOf(request)));
        },
        handler: (request: FastifyRequest, reply: FastifyReply) =>
          handle({ ...callOf(services, request, reply), viewer: viewers.get(request) }),
      };
    },
  } satisfies Record<string, (endpoint: never) => RouteShorthandOptionsWithHandler>;
}

/** An endpoint that takes JSON says so to those who send a form, instead of looking for fields. */
function refusingForms({ body }: RouteSchema) {
  if (!body) return {};
  return {
    preValidation: async (request: FastifyRequest) => {
      if (request.isMultipart()) throw new RequestError('unsupported_media_type');
    },
  };
}

function callOf(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Call<RouteSchema> {
  return {
    services,
    body: request.body,
    params: request.params,
    query: request.query,
    idempotencyKey: headerText(request.headers['idempotency-key']),
    request,
    reply,
  };
}

/** @throws {DomainError} `token_invalid` when there is none */
function tokenOf({ headers: { authorization } }: FastifyRequest): string {
  const token = authorization?.replace(/^Bearer +/i, '').trim();
  if (!token) throw new DomainError('token_invalid');
  return token;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}
