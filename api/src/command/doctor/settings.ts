/** The settings: mistakes in them, and what is allowed but risky. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { type Config, ConfigError, SETTING_NAMES } from '../../config.ts';
import { type Finding, ok, problem, warning } from './finding.ts';

/** One problem per mistake that {@link loadConfig} complained of. */
export function settingMistakes(error: unknown): readonly Finding[] {
  if (!(error instanceof ConfigError)) throw error;
  return error.mistakes.map((mistake) =>
    problem(`${mistake}.`, 'Correct it in the environment or in .env.'),
  );
}

/** Settings that are right, but seldom meant so. */
export function checkSettings(config: Config): readonly Finding[] {
  const findings: Finding[] = [];
  if (!config.throttles.on) {
    findings.push(
      warning('RATE_LIMITS is off: anybody may guess passwords at full speed.', 'Remove it.'),
    );
  }
  if (config.database.engine === 'mysql' && config.secret === undefined) {
    findings.push(
      warning(
        'MINITTER_SECRET is not set, so the signing key is in the data folder of this machine.',
        'Before a second server uses this database, give both the same MINITTER_SECRET.',
      ),
    );
  }
  if (config.redisUrls && !config.s3) {
    findings.push(
      warning(
        'There is a REDIS_URL and no S3_BUCKET: pictures are in the data folder.',
        'Where several servers run, set S3_BUCKET, or let all have the same MINITTER_DATA_DIR on a shared disk.',
      ),
    );
  }
  if (config.passwords.cost < 10) {
    findings.push(
      warning(
        `BCRYPT_COST is ${config.passwords.cost}: stolen hashes would be quick to guess from.`,
        'Set it to 12, or remove it.',
      ),
    );
  }
  return findings.length > 0 ? findings : [ok('No mistakes.')];
}

/** The file `.env`: names in it that are no settings, and who can read its secrets. */
export function checkEnvFile(file: string): readonly Finding[] {
  if (!existsSync(file)) return [ok('There is none; the environment alone counts.')];
  const known: ReadonlySet<string> = new Set(SETTING_NAMES);
  const unknown = Object.keys(parseEnv(readFileSync(file, 'utf8'))).filter(
    (name) => !known.has(name),
  );
  const findings = unknown.map((name) =>
    warning(`${name} in ${file} is no setting of Minitter.`, 'Look for a slip of the pen.'),
  );
  if ((statSync(file).mode & 0o077) !== 0) {
    findings.push(
      warning(`Others can read ${file}, which may hold secrets.`, `Run chmod 600 ${file}.`),
    );
  }
  return findings.length > 0 ? findings : [ok('All names are known, and only its owner reads it.')];
}
