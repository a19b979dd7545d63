/**
 * Who may call an endpoint of the Mastodon client API. Tokens bear scopes, and each route names the
 * one that it needs (https://docs.joinmastodon.org/api/oauth-scopes/).
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AppCaller } from '../../service/apps.ts';
import { DomainError } from '../../service/errors.ts';
import { allows } from '../../service/scopes.ts';
import { whenThere } from '../../service/maybe-promise.ts';
import type { Viewer } from '../../service/sessions.ts';
import { type Call, callOf, type RouteSchema, tokenOf, type ViewerCall } from '../endpoint.ts';
import { whenGone } from '../connections.ts';
import type { Services } from '../services.ts';
import { bodyCheck, readForm } from './bodies.ts';
import { dateOf } from './dates.ts';

/** One request of somebody who may have logged in, or not. */
export interface VisitorCall<S extends RouteSchema> extends Call<S> {
  readonly viewer: Viewer | undefined;
}

/** One request of an app that acts for itself. */
export interface AppCall<S extends RouteSchema> extends Call<S> {
  readonly caller: AppCaller;
}

/** An endpoint of this face, for whoever has a token or for everybody. */
export interface MastodonEndpoint<C> {
  readonly schema: RouteSchema;
  // oxlint-disable-next-line typescript/no-explicit-any -- the schema has been checked against it
  readonly handle: (call: any) => unknown;
  /** Never set: says which calls the handler takes. */
  readonly call?: C;
}

type OwnSchema = Omit<RouteSchema, 'tags' | 'response' | 'summary'>;
/** What a route of this face is in the API's description: Mastodon documents it. */
const OF_THIS_FACE = { tags: ['Mastodon'], summary: '', response: {}, hide: true } as const;

/** An endpoint that anybody may call; a token that is sent must be good. */
export function forVisitor<const S extends OwnSchema>(
  schema: S,
  handle: (call: VisitorCall<S & RouteSchema>) => unknown,
): MastodonEndpoint<'visitor'> {
  return { schema: { ...OF_THIS_FACE, ...schema }, handle };
}

/** An endpoint for people who have logged in. */
export function forUser<const S extends OwnSchema>(
  schema: S,
  handle: (call: ViewerCall<S & RouteSchema>) => unknown,
): MastodonEndpoint<'viewer'> {
  return { schema: { ...OF_THIS_FACE, ...schema }, handle };
}

/** An endpoint for apps that have a token. */
export function forApp<const S extends OwnSchema>(
  schema: S,
  handle: (call: AppCall<S & RouteSchema>) => unknown,
): MastodonEndpoint<'app'> {
  return { schema: { ...OF_THIS_FACE, ...schema }, handle };
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The app that acts for itself; set on the routes of this face. */
    caller?: AppCaller;
  }
}

/** An endpoint for people who have logged in and may send files; it finds them in `files`. */
export interface UploadEndpoint extends MastodonEndpoint<'viewer'> {
  /** Fields of a multipart body whose files are wanted. */
  readonly fields: readonly string[];
}

/** One request that may have files. */
export type UploadCall<S extends RouteSchema> = ViewerCall<S> & {
  /** By field. */
  readonly files: ReadonlyMap<string, Uint8Array>;
};

/** See {@link UploadEndpoint}. */
export function forUploader<const S extends OwnSchema>(
  fields: readonly string[],
  schema: S,
  handle: (call: UploadCall<S & RouteSchema>) => unknown,
): UploadEndpoint {
  return { fields, schema: { ...OF_THIS_FACE, ...schema }, handle };
}

/** The kinds of callers, as the routes file names them. */
export function mastodonCallers(services: Services) {
  const route = (endpoint: MastodonEndpoint<unknown>, identify: Identify) => ({
    schema: endpoint.schema,
    // Before the body is read: a stranger's upload is not worth receiving.
    onRequest: (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
      const count = () => countRequest(services, request, reply);
      const waiting = identify(request);
      if (waiting) return waiting.then(count);
      count();
      done();
      return undefined;
    },
    handler: (request: FastifyRequest, reply: FastifyReply) => {
      const { caller } = request;
      const answer = endpoint.handle({ ...callOf(services, request, reply), caller });
      // Every answer has a JSON body, but for pages: they have been sent, and leave nothing to say.
      return whenThere<unknown, unknown>(answer, (body) => (reply.sent ? undefined : (body ?? {})));
    },
  });
  return {
    /** Whoever has logged in, by an app that has this scope; he may send files. */
    uploader: (scope: string, { fields, ...endpoint }: UploadEndpoint) => {
      // Fastify would look at the body before it was read.
      const { body: _, ...schema } = endpoint.schema;
      const handle = receiving(services, fields, endpoint);
      return {
        ...route({ schema, handle }, (request) => identifyUser(services, request, scope)),
        config: { takesFiles: true },
      };
    },
    /** Anybody; tokens are not looked at. */
    open: (endpoint: MastodonEndpoint<'visitor'>) => route(endpoint, () => undefined),
    /** Anybody; with a token, only where it has this scope. */
    anyone: (scope: string, endpoint: MastodonEndpoint<'visitor'>) =>
      route(endpoint, (request) => identifyVisitor(services, request, scope)),
    /** Whoever has logged in, by an app that has this scope. */
    user: (scope: string, endpoint: MastodonEndpoint<'viewer'>) =>
      route(endpoint, (request) => identifyUser(services, request, scope)),
    /** An app with a token of its own that has this scope; without one, any token of an app. */
    app: (scope: string | undefined, endpoint: MastodonEndpoint<'app'>) =>
      route(endpoint, (request) => identifyApp(services, request, scope)),
  };
}

const NO_FILES: ReadonlyMap<string, Uint8Array> = new Map();

/** A handler that reads a multipart body in its turn: each may take the memory of a whole file. */
function receiving(
  { uploads }: Services,
  fields: readonly string[],
  { schema, handle }: MastodonEndpoint<'viewer'>,
) {
  const check = schema.body ? bodyCheck(schema.body) : () => {};
  const checked = async (call: ViewerCall<RouteSchema>) => {
    const { body, sentFiles: files = NO_FILES } = call.request;
    check(body);
    return handle({ ...call, body, files });
  };
  return async (call: ViewerCall<RouteSchema>) => {
    const { request, reply, viewer } = call;
    if (!request.isMultipart()) return checked(call);
    return uploads.run(viewer.userId, async () => {
      await readForm(request, whenGone(reply), fields);
      return checked(call);
    });
  };
}

/**
 * Says how many requests are left (https://docs.joinmastodon.org/api/rate-limits/).
 *
 * @throws {DomainError} `too_many_attempts`
 */
function countRequest(
  { requestLimits }: Services,
  { viewer, ip }: FastifyRequest,
  reply: FastifyReply,
): void {
  const use = requestLimits.use(viewer?.userId ?? ip);
  if (!use) return;
  reply.header('x-ratelimit-limit', use.limit);
  reply.header('x-ratelimit-remaining', use.remaining);
  reply.header('x-ratelimit-reset', dateOf(use.resetAt));
  if (use.refusal) throw use.refusal;
}

/** A promise where something is to be waited for: most callers are known. */
type Identify = (request: FastifyRequest) => Promise<void> | undefined;

async function identifyVisitor(
  services: Services,
  request: FastifyRequest,
  scope: string,
): Promise<void> {
  const token = tokenOf(request);
  if (token === '') return;
  try {
    await identifyUser(services, request, scope);
  } catch (error) {
    if (!isRefusal(error, 'user_required')) throw error;
    demand((await services.apps.authenticate(token)).scopes, scope);
  }
}

/** @throws {DomainError} `token_invalid`, `scope_missing`, `user_required` */
function identifyUser(
  { sessions, apps }: Services,
  request: FastifyRequest,
  scope: string,
): Promise<void> | undefined {
  const token = tokenOf(request);
  const admit = (viewer: Viewer) => {
    demand(viewer.scopes, scope);
    request.viewer = viewer;
  };
  const viewer = sessions.recall(token);
  if (!viewer) return knownUser({ sessions, apps }, token).then(admit);
  admit(viewer);
  return undefined;
}

/** @throws {DomainError} `token_invalid`, `user_required` */
function knownUser({ sessions, apps }: Pick<Services, 'sessions' | 'apps'>, token: string) {
  return sessions.authenticate(token).catch(async (error: unknown) => {
    if (!isRefusal(error, 'token_invalid') || token === '') throw error;
    // It may be the token of an app, which is nobody.
    await apps.authenticate(token);
    throw new DomainError('user_required');
  });
}

/** @throws {DomainError} `token_invalid`, `scope_missing`, `app_required` */
async function identifyApp(
  { sessions, apps }: Services,
  request: FastifyRequest,
  scope: string | undefined,
): Promise<void> {
  const token = tokenOf(request);
  request.caller = await apps.authenticate(token).catch(async (error: unknown) => {
    if (!isRefusal(error, 'token_invalid')) throw error;
    const { jti, scopes, appId } = await sessions.authenticate(token);
    if (appId === undefined || scope !== undefined) throw new DomainError('app_required');
    return { jti, scopes, appId };
  });
  if (scope !== undefined) demand(request.caller.scopes, scope);
}

function demand(scopes: string, scope: string): void {
  if (!allows(scopes, scope)) throw new DomainError('scope_missing');
}

function isRefusal(error: unknown, code: DomainError['code']): boolean {
  return error instanceof DomainError && error.code === code;
}
