import { type Logger, pino } from 'pino';
import pretty from 'pino-pretty';

/** JSON lines, or readable ones in a terminal. */
export function makeLog(level: string): Logger {
  const options = { level, redact: ['req.headers.authorization', 'req.headers.cookie'] };
  if (!process.stdout.isTTY) return pino(options);
  return pino(options, pretty({ colorize: true, ignore: 'pid,hostname', sync: true }));
}
