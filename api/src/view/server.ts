/** The HTTP server: what holds for every route, then the routes of each face. */
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { answerForAddresses } from './addresses.ts';
import { classicRoutes } from './classic/routes.ts';
import { TryLaterError } from '../service/errors.ts';
import { hangUp, type RequestLoad } from './connections.ts';
import { describeApi, docsRoutes } from './docs/routes.ts';
import { RequestError, sendError } from './errors.ts';
import { corsHeaders, originsAllower } from './cors.ts';
import { COMMON_HEADERS, replyBearing } from './headers.ts';
import type { MetricsText } from './metrics/registry.ts';
import type { RequestCounts } from './metrics/requests.ts';
import { metricsRoutes } from './metrics/routes.ts';
import { mastodonRoutes } from './mastodon/routes.ts';
import { SOCKET_PATH } from './mastodon/streaming/routes.ts';
import { minitterRoutes } from './minitter/routes.ts';
import { pictureRoutes } from './pictures/routes.ts';
import { logRequests } from './request-log.ts';
import { nextRequestId } from './request-ids.ts';
import type { Services } from './services.ts';
import { answerUnreadable, refuseExpectation } from './unreadable.ts';
import { routeUpgrades, wantsWebSocket } from './upgrades.ts';
import { compileValidator } from './validation.ts';
import type { WebClient } from './web/client.ts';
import { sendPage, wantsPage, webRoutes } from './web/routes.ts';

export interface ServerOptions {
  readonly services: Services;
  readonly log: FastifyBaseLogger;
  readonly version: string;
  readonly publicUrl: string | undefined;
  readonly corsOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** The largest JSON body, in bytes. */
  readonly bodyMaxBytes: number;
  /** The largest uploaded file, in bytes. */
  readonly fileMaxBytes: number;
  readonly load: RequestLoad;
  /** What browsers are shown; undefined where it has not been built. */
  readonly web: WebClient | undefined;
  /** Whether each request is logged, not failures only. */
  readonly logRequests: boolean;
  /** Counts the requests; where nobody reads the metrics there is none. */
  readonly counts: RequestCounts | undefined;
  /** What is read at `/metrics` by whoever sends the token; undefined for no such route. */
  readonly metrics: { readonly read: MetricsText; readonly token: string } | undefined;
}

/** How long a client may take to send a request; longer ones hold a connection for nothing. */
const REQUEST_TIMEOUT_MS = 60_000;
/** Longer than the 60 s of common load balancers, so that they close first and never race us. */
const KEEP_ALIVE_SECONDS = 75;

/** Builds the server; it does not listen yet. */
export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const { services, log, corsOrigins, trustedProxies, bodyMaxBytes, load, counts, web } = options;
  const Reply = replyBearing(
    { ...COMMON_HEADERS, ...corsHeaders(corsOrigins) },
    { server: services.readiness, keepAliveSeconds: KEEP_ALIVE_SECONDS },
  );
  const CountedReply = counts ? counts.repliesOf(Reply) : Reply;
  const app: FastifyInstance = fastify({
    // No `loggerInstance`: the framework would listen for the end of every reply to log it.
    childLoggerFactory: () => log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: nextRequestId,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    bodyLimit: bodyMaxBytes,
    requestTimeout: REQUEST_TIMEOUT_MS,
    // What has been sent is answered; a stop waits for it.
    return503OnClosing: false,
    frameworkErrors: (error, request, reply) => {
      void sendError(error, request, reply);
    },
    clientErrorHandler: (error, socket) => answerUnreadable(error, socket),
    http: {
      ServerResponse: CountedReply,
      shouldUpgradeCallback: wantsWebSocket(new Set([SOCKET_PATH])),
      // Node.js itself would refuse such requests without a word: see refuseAmbiguousHost.
      requireHostHeader: false,
    },
  });
  app.decorate('publicUrl', options.publicUrl);
  app.decorateRequest('viewer', undefined);
  app.setValidatorCompiler(compileValidator);
  app.setErrorHandler(sendError);
  app.removeContentTypeParser('text/plain');

  app.server.on('checkExpectation', refuseExpectation);
  routeUpgrades(app, CountedReply);
  hangUp(app, {
    load,
    keepAliveMs: KEEP_ALIVE_SECONDS * 1000,
    answered: counts && ((response) => counts.count(response)),
  });

  if (options.logRequests) logRequests(app);
  const allowOrigin = originsAllower(corsOrigins);
  const answerForAddress = answerForAddresses(app, (request, reply) =>
    web && wantsPage(request) ? sendPage(reply, web, 404) : undefined,
  );
  // One hook for all: each hook more costs every request as much as the router.
  app.addHook('onRequest', (request, reply, done) => {
    refuseAmbiguousHost(request);
    if (load.underWay > load.limit) refuseMore(request, load);
    allowOrigin(request, reply);
    if (!answerForAddress(request, reply)) done();
  });
  counts?.watch(app);
  await describeApi(app, options.version);
  await classicRoutes(app, services, options.fileMaxBytes);
  await mastodonRoutes(app, services, options);
  pictureRoutes(app, services);
  await minitterRoutes(app, services);
  await docsRoutes(app);
  if (web) webRoutes(app, services, web);
  if (options.metrics) metricsRoutes(app, options.metrics.read, options.metrics.token);
  return app;
}

/** Those who look after the server are answered even then. */
const ALWAYS_ANSWERED = new Set<string | undefined>(['/ping', '/ready', '/metrics']);
const RETRY_AFTER_MS = 2000;

/** @throws {TryLaterError} `busy` */
function refuseMore({ routeOptions }: FastifyRequest, load: RequestLoad): void {
  if (ALWAYS_ANSWERED.has(routeOptions.url)) return;
  load.refused += 1;
  throw new TryLaterError('busy', RETRY_AFTER_MS);
}

/**
 * One Host, as HTTP/1.1 asks for (RFC 9112, 3.2): with two, a proxy may have looked at the other.
 *
 * @throws {RequestError} `malformed_request`
 */
function refuseAmbiguousHost({ raw: { rawHeaders, httpVersion } }: FastifyRequest): void {
  let hosts = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) {
    throw new RequestError('malformed_request');
  }
}
