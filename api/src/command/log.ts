import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** What libraries may log of a request when they are asked for every detail. */
const SECRET_HEADERS = ['*.headers.authorization', '*.headers.cookie'];

/** JSON lines, or readable ones in a terminal; without the secrets of requests. */
export function makeLog(level: string): Logger {
  const options = { level, redact: SECRET_HEADERS };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, pretty({ colorize: true, ignore: 'pid,hostname', sync: true }));
}
