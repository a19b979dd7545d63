#!/usr/bin/env node
/** The `minitter` command. */
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import type { SeedOptions } from './command/seed.ts';
import { ConfigError, loadConfig } from './config.ts';
import { version } from './version.ts';

// From the second start on, code is loaded as it was compiled by the first.
enableCompileCache();
// What the server keeps is for its own user's eyes.
process.umask(0o077);

const program = new Command('minitter')
  .description('Minitter, a micro-blog server. Settings: see .env.example.')
  .version(version)
  .showHelpAfterError();

program
  .command('serve')
  .description('start the server (the default)')
  .action(() => run(async (config) => (await import('./command/serve.ts')).serve(config)));

program
  .command('migrate')
  .description('bring the database to the newest schema; also done by every start')
  .action(() =>
    run(async (config) => (await import('./command/migrate.ts')).migrateCommand(config)),
  );

const user = program.command('user').description('look after the people of this server');

user
  .command('list')
  .description('list users')
  .option('--pending', 'only those who wait to be let in')
  .action((options: { pending?: boolean }) =>
    run(async (config) => (await import('./command/user.ts')).listUsers(config, options)),
  );

user
  .command('approve <username>')
  .description('let in somebody who signed up with REGISTRATIONS=approval')
  .action((username: string) =>
    run(async (config) => (await import('./command/user.ts')).approveUser(config, username)),
  );

program
  .command('seed')
  .description(
    'fill an empty database with people and tweets, for benchmarks and trying things out',
  )
  .option('--users <n>', 'how many people', '1000')
  .option('--follows <n>', 'whom one follows, on average; popularity follows a power law', '44')
  .option('--tweets <n>', 'what one has written in the last 90 days, on average', '20')
  .option('--seed <n>', 'the same seed and --until give the same data', '1')
  .option('--until <time>', 'when the last tweet was written (default: the last full hour)')
  .option('--password <text>', 'with which everybody logs in', 'seeded for tests')
  .option('--quiet', 'show no progress')
  .action((options: SeedOptions) =>
    run(async (config) => (await import('./command/seed.ts')).seedCommand(config, options)),
  );

/** Reads the settings and runs one command; what goes wrong is said in readable lines. */
async function run(
  command: (config: ReturnType<typeof loadConfig>) => Promise<void>,
): Promise<void> {
  try {
    if (existsSync('.env')) process.loadEnvFile('.env');
    await command(loadConfig());
  } catch (error) {
    const lines = error instanceof ConfigError ? error.mistakes : [(error as Error).message];
    for (const line of lines) console.error(`minitter: ${line}`);
    process.exitCode = 1;
  }
}

await program.parseAsync(process.argv.length > 2 ? process.argv : [...process.argv, 'serve']);
