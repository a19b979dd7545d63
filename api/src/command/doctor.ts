/** `minitter doctor`: looks at everything that a server needs, and says what to do about it. */
import type { Config } from '../config.ts';
import { checkDataFolder, checkFreeSpace, checkSigningKey } from './doctor/data-folder.ts';
import { checkDatabase } from './doctor/database.ts';
import { type Check, type Finding, problem } from './doctor/finding.ts';
import { checkMemory, checkOpenFiles, checkRuntime } from './doctor/machine.ts';
import { checkMail } from './doctor/mail.ts';
import { checkObjectStore } from './doctor/object-store.ts';
import { checkPort } from './doctor/port.ts';
import { checkRedis } from './doctor/redis.ts';
import { checkEnvFile, checkSettings, settingMistakes } from './doctor/settings.ts';
import { checkWebClient } from './doctor/web-client.ts';

/** As they stand on the command line. */
export interface DoctorOptions {
  readonly json?: boolean;
  /** Seconds that reading through the database may take. */
  readonly patience: string;
}

/** What was looked at → what was found. */
export type Diagnosis = Readonly<Record<string, readonly Finding[]>>;

const CHECKS: Readonly<Record<string, Check<Config>>> = {
  settings: checkSettings,
  'env-file': () => checkEnvFile('.env'),
  runtime: (config) => checkRuntime(config),
  memory: (config) => checkMemory(config),
  'open-files': (config) => checkOpenFiles(config),
  'data-folder': checkDataFolder,
  'free-space': (config) => checkFreeSpace(config),
  'signing-key': checkSigningKey,
  pictures: checkObjectStore,
  'web-client': () => checkWebClient(),
  redis: checkRedis,
  mail: checkMail,
  port: checkPort,
};

/**
 * Prints what was found, one line each, or all of it as JSON.
 *
 * @param load reads the settings; what it throws is a finding, too
 * @returns the exit status: 1 when there is a problem, 0 otherwise, also with warnings
 * @throws {Error} when --patience is no number
 */
export async function doctor(load: () => Config, options: DoctorOptions): Promise<0 | 1> {
  const patienceMs = Number(options.patience) * 1000;
  if (!(patienceMs > 0)) throw new Error('--patience must be a number of seconds.');
  const diagnosis = await diagnose(load, patienceMs);
  const isFine = Object.values(diagnosis).every((findings) =>
    findings.every(({ level }) => level !== 'problem'),
  );
  if (options.json) console.log(JSON.stringify({ ok: isFine, checks: diagnosis }, null, 2));
  else for (const line of linesOf(diagnosis)) console.log(line);
  return isFine ? 0 : 1;
}

/** @param patienceMs how long reading through the database may take */
export async function diagnose(load: () => Config, patienceMs: number): Promise<Diagnosis> {
  let config: Config;
  try {
    config = load();
  } catch (error) {
    return { settings: settingMistakes(error), 'env-file': checkEnvFile('.env') };
  }
  const diagnosis: Record<string, readonly Finding[]> = {};
  for (const [name, check] of Object.entries(CHECKS)) {
    Object.assign(diagnosis, await attempt(name, async () => ({ [name]: await check(config) })));
  }
  return { ...diagnosis, ...(await attempt('database', () => checkDatabase(config, patienceMs))) };
}

/** A check that throws has found a problem. */
async function attempt(name: string, look: () => Promise<Diagnosis>): Promise<Diagnosis> {
  try {
    return await look();
  } catch (error) {
    return { [name]: [problem(sentence((error as Error).message), 'Mend that, and look again.')] };
  }
}

/** What others say often has no full stop. */
const sentence = (message: string) => (/[.!?]$/.test(message) ? message : `${message}.`);

function linesOf(diagnosis: Diagnosis): string[] {
  const names = Object.keys(diagnosis);
  const width = Math.max(...names.map((name) => name.length));
  return names.flatMap((name) =>
    (diagnosis[name] ?? []).map(({ level, message, advice = '' }) =>
      `${level.padEnd(7)}  ${name.padEnd(width)}  ${message} ${advice}`.trimEnd(),
    ),
  );
}
