/**
 * The composition root: config → model → adapters → services → view, and back in reverse at the
 * end. With its builders in `app/` it is the only place that names concrete classes.
 */
import type { FastifyInstance } from 'fastify';
import path from 'node:path';
import type { Logger } from 'pino';
import { makeAdapters, makeBackups, makeMailRoom } from './app/adapters.ts';
import { type Model, openModel } from './app/model.ts';
import { makeServices } from './app/services.ts';
import type { Closers, Overrides, Surroundings } from './app/surroundings.ts';
import type { Config } from './config.ts';
import type { Store } from './model/database.ts';
import { LeaseDao } from './model/leases.ts';
import { Housekeeping } from './service/housekeeping.ts';
import type { TimelineStore } from './service/ports.ts';
import { SearchIndexer } from './service/search-indexer.ts';
import { version } from './version.ts';
import { RequestLoad } from './view/connections.ts';
import { Instruments } from './view/metrics/instruments.ts';
import type { MetricsSources, MetricsText } from './view/metrics/registry.ts';
import { buildServer } from './view/server.ts';
import type { Services } from './view/services.ts';
import { readWebClient } from './view/web/client.ts';

export type { Overrides } from './app/surroundings.ts';

/** A server that is ready to listen. */
export interface App {
  readonly server: FastifyInstance;
  readonly services: Services;
  readonly store: Store;
  readonly timelines: TimelineStore;
  /** Where somebody may read them. */
  readonly metrics: MetricsText | undefined;
  /** Ends what is under way, then closes everything. */
  close(): Promise<void>;
}

/** Where the build puts it, and the package has it: beside the sources. */
export const WEB_FOLDER = path.join(import.meta.dirname, '../web');

/**
 * Opens the database, brings it to the newest schema and builds the server.
 *
 * @throws {Error} with a readable sentence when the database cannot be had
 */
export async function createApp(
  config: Config,
  log: Logger,
  overrides: Overrides = {},
): Promise<App> {
  const closers: Closers = [];
  const close = async () => {
    for (const closer of closers.splice(0).toReversed()) await closer();
  };
  const surroundings = { log, closers, overrides };
  try {
    const instruments = config.metrics && new Instruments();
    const model = await openModel(config, surroundings, instruments);
    const adapters = await makeAdapters(config, model, surroundings);
    const mailRoom = await makeMailRoom(config, surroundings);
    const made = makeServices({ config, model, adapters, mailRoom, log });
    const { services } = made;
    closers.push(() => services.streams.close());
    startHousekeeping(config, model, made, surroundings);
    if (config.searchIndex) startIndexer(model, surroundings);
    const load = new RequestLoad(config.requestLimit);
    const metrics =
      instruments &&
      (await readMetrics({
        instruments,
        version,
        timelineStore: config.timelines.store,
        timelines: () => adapters.timelines.stats,
        queues: () => ({
          ...model.store.queues,
          passwords: made.passwords.load,
          ...services.uploads.queues,
          ...adapters.queues?.(),
          requests: load.queue,
        }),
        streams: () => services.streams.size,
      }));
    const server = await buildServer({
      ...config,
      load,
      web: overrides.webFolder === undefined ? undefined : readWebClient(overrides.webFolder),
      counts: instruments?.requests,
      metrics: metrics && publicMetrics(config, metrics),
      services,
      log,
      version,
      fileMaxBytes: config.pictures.maxBytes,
    });
    closers.push(() => server.close());
    const { timelines } = adapters;
    return { server, services, store: model.store, timelines, metrics, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Has done from time to time what nobody asks for. */
function startHousekeeping(
  config: Config,
  model: Model,
  { services, files }: ReturnType<typeof makeServices>,
  { log, closers }: Surroundings,
): void {
  const { media: mediaService, mutes, ownDeletions } = services;
  const backups = makeBackups(config, model, log);
  const parts = { ...model, mediaService, files, mutes, ownDeletions, backups, log };
  const housekeeping = new Housekeeping(parts);
  housekeeping.start();
  closers.push(() => housekeeping.stop());
  // Before that: it may be waiting for one.
  closers.push(() => ownDeletions.stop());
}

/** Has tweets and people found, as the server has time for it. */
function startIndexer(model: Model, { log, closers }: Surroundings): void {
  const indexer = new SearchIndexer({ ...model, leases: new LeaseDao(model.store), log });
  indexer.start();
  closers.push(() => indexer.stop());
}

/** Prometheus's library is only for those who use it. */
async function readMetrics(sources: MetricsSources): Promise<MetricsText> {
  const { metricsText } = await import('./view/metrics/registry.ts');
  return metricsText(sources);
}

/** What is read at the server's own port: nothing without a token, or where another port is set. */
function publicMetrics({ metrics }: Config, read: MetricsText) {
  if (metrics?.token === undefined || metrics.listen) return undefined;
  return { read, token: metrics.token };
}
