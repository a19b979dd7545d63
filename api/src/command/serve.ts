import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { type App, createApp } from '../app.ts';
import type { Config } from '../config.ts';
import { makeLog } from './log.ts';
import { onStopSignals } from './stop-signals.ts';

/** How long a stop may take in all. */
const STOP_MS = 10_000;
/** How long requests under way may take after the server was told to stop; then they are cut off. */
const REQUESTS_MS = STOP_MS / 2;

/**
 * Starts the server; it runs until SIGINT or SIGTERM.
 *
 * @throws {Error} with a readable sentence when it cannot start
 */
export async function serve(config: Config): Promise<void> {
  const log = makeLog(config.logLevel);
  warnOfRisks(config, log);
  const app = await createApp(config, log);
  // Before the server says that it serves: whoever reads that may stop it at once.
  stopOnSignals(app, log);
  try {
    await app.server.listen({
      host: config.host,
      port: config.port,
      listenTextResolver: () => welcome(urlOf(app, config)),
    });
  } catch (error) {
    await app.close();
    throw readableListenError(error as NodeJS.ErrnoException, config);
  }
}

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

function readableListenError(error: NodeJS.ErrnoException, { host, port }: Config): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Stop what uses it, or choose another with PORT=${port + 1}.`,
    EACCES: `Port ${port} may not be used by this user. Choose one above 1023 with PORT.`,
    EADDRNOTAVAIL: `${host} is not an address of this machine. Set HOST.`,
    ENOTFOUND: `${host} is not a known host name. Set HOST.`,
  };
  const reason = reasons[error.code ?? ''];
  return reason === undefined ? error : new Error(reason, { cause: error });
}

function stopOnSignals(app: App, log: Logger): void {
  const stop = async (signal: NodeJS.Signals) => {
    log.info(`stopping after ${signal}`);
    const limit = setTimeout(() => {
      log.error(`work was still under way after ${STOP_MS} ms`);
      process.exit(1);
    }, STOP_MS);
    const cut = setTimeout(() => {
      log.warn(`requests were still under way after ${REQUESTS_MS} ms: they are cut off`);
      app.server.server.closeAllConnections();
    }, REQUESTS_MS);
    await app.close();
    clearTimeout(limit);
    clearTimeout(cut);
    process.exitCode = 0;
  };
  onStopSignals({ ask: (signal) => void stop(signal), insist: () => process.exit(1) });
}
