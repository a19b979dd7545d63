import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { type App, createApp, WEB_FOLDER } from '../app.ts';
import type { Config } from '../config.ts';
import { listenAt } from '../view/listen.ts';
import { serveMetrics } from '../view/metrics/routes.ts';
import { makeLog } from './log.ts';
import { stopOnSignals, stopTimes } from './stop.ts';

/**
 * Starts the server; it runs until SIGINT or SIGTERM.
 *
 * @throws {Error} with a readable sentence when it cannot start
 */
export async function serve(config: Config): Promise<void> {
  const log = makeLog(config.logLevel);
  warnOfRisks(config, log);
  const app = await createApp(config, log, { webFolder: WEB_FOLDER });
  let hangUpMetrics = () => {};
  // Before the server says that it serves: whoever reads that may stop it at once.
  stopOnSignals(app, stopTimes(config, process.stdout.isTTY), log, () => hangUpMetrics());
  try {
    hangUpMetrics = await listenForMetrics(app, config, log);
    await listen(app, config, log);
  } catch (error) {
    await app.close();
    hangUpMetrics();
    throw error;
  }
}

async function listen(app: App, config: Config, log: Logger): Promise<void> {
  const { host, port } = config;
  try {
    await listenAt(app.server, { host, port });
    log.info(welcome(urlOf(app, config)));
  } catch (error) {
    throw readableListenError(error as NodeJS.ErrnoException, host, port, SERVER_SETTINGS);
  }
}

/**
 * Metrics at a port of their own can be read until the very end of a stop.
 *
 * @returns ends that
 */
async function listenForMetrics(
  { metrics }: App,
  { metrics: settings }: Config,
  log: Logger,
): Promise<() => void> {
  if (!metrics || !settings?.listen) return () => {};
  const { host, port } = settings.listen;
  try {
    const server = await serveMetrics(metrics, settings.listen, settings.token);
    const { port: used } = server.address() as AddressInfo;
    log.info(`Metrics are at http://${printableHost(host)}:${used}/metrics`);
    return () => {
      server.close();
      server.closeAllConnections();
    };
  } catch (error) {
    throw readableListenError(error as NodeJS.ErrnoException, host, port, METRICS_SETTINGS);
  }
}

/** What the settings of an address are called. */
const SERVER_SETTINGS = { host: 'HOST', port: 'PORT' };
const METRICS_SETTINGS = { host: 'METRICS_HOST', port: 'METRICS_PORT' };

function warnOfRisks(config: Config, log: Logger): void {
  if (!config.throttles.on)
    log.warn('RATE_LIMITS is off: anybody may guess passwords at full speed');
  if (config.database.engine === 'mysql' && config.secret === undefined) {
    log.warn('MINITTER_SECRET is not set: servers that share this database must share it');
  }
}

const welcome = (url: string) => `Minitter is at ${url} (how to use it: ${url}/docs)`;

function urlOf({ server }: App, { publicUrl, host }: Config): string {
  const { port } = server.server.address() as AddressInfo;
  return publicUrl ?? `http://${printableHost(host)}:${port}`;
}

function printableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}

function readableListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  settings: typeof SERVER_SETTINGS,
): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE:
      `Port ${port} is in use. Stop what uses it, or choose another with ` +
      `${settings.port}=${port + 1}.`,
    EACCES: `Port ${port} may not be used by this user. Choose one above 1023 with ${settings.port}.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set ${settings.host}.`,
    ENOTFOUND: `${host} is not a known host name. Set ${settings.host}.`,
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? error : new Error(reason, { cause: error });
}
