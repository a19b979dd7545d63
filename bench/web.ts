/**
 * `npm run bench-web`: how much the web client weighs, and how fast it is in a real browser whose CPU is
 * slowed down. `e2e/speed.ts` measures; here it is held against the bars.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { BROWSER_PACKAGE } from '../scripts/browser-tests.ts';
import { buildWeb } from '../scripts/build-web.ts';
import { installOwnPackage } from '../scripts/own-packages.ts';
import { ensureBrowser } from '../scripts/system-packages.ts';
import { type Finding, fromRounds, isReached } from './kit/findings.ts';
import { lineOf, putTable, store } from './kit/report.ts';
import { rounded } from './kit/stats.ts';

const SCENARIO = 15;
const ROUNDS = 15;
const TWEETS = 2000;

/** What `e2e/speed.ts` says: bytes and milliseconds. */
interface Speed {
  readonly weight: { readonly scripts: number; readonly styles: number };
  readonly first: readonly number[];
  readonly again: readonly number[];
  readonly longTasks: { readonly slowed: readonly number[]; readonly full: readonly number[] };
}

await main();

async function main(): Promise<void> {
  await installOwnPackage(BROWSER_PACKAGE);
  const browser = ensureBrowser();
  if (!browser) throw new Error('There is no browser.');
  buildWeb();
  const speed = measure(browser);
  const findings = [...weights(speed), ...visits(speed), ...scrolling(speed)];
  for (const finding of findings) console.log(lineOf(finding));
  putTable('web figures', store('web', findings));
  if (!findings.every((finding) => isReached(finding))) process.exitCode = 1;
}

/** @throws {Error} when it could not be measured */
function measure(browser: string): Speed {
  const cwd = path.join(import.meta.dirname, '..', BROWSER_PACKAGE);
  const { status, stdout } = spawnSync(
    process.execPath,
    ['speed.ts', String(ROUNDS), String(TWEETS)],
    {
      cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, CHROMIUM: browser },
    },
  );
  if (status !== 0) throw new Error('The browser could not measure.');
  return JSON.parse(stdout) as Speed;
}

function weights({ weight: { scripts, styles } }: Speed): Finding[] {
  const about = { scenario: SCENARIO, unit: 'KB', details: {} };
  return [
    {
      ...about,
      what: 'JavaScript before the home timeline shows, gzip',
      value: rounded(scripts / 1000),
      bar: { atMost: 80 },
    },
    {
      ...about,
      what: 'CSS before the home timeline shows, gzip',
      value: rounded(styles / 1000),
      bar: { atMost: 20 },
    },
  ];
}

function visits({ first, again }: Speed): Finding[] {
  const about = { scenario: SCENARIO, unit: 's', bar: { atMost: 1 }, details: {} };
  const seconds = (times: readonly number[]) => times.map((time) => time / 1000);
  return [
    fromRounds(
      { ...about, what: 'home timeline visible, CPU slowed 4 times, first visit' },
      seconds(first),
    ),
    fromRounds(
      { ...about, what: 'home timeline visible, CPU slowed 4 times, later visit' },
      seconds(again),
    ),
  ];
}

function scrolling({ longTasks }: Speed): Finding[] {
  const longest = (what: string, tasks: readonly number[]): Finding => ({
    scenario: SCENARIO,
    what: `longest task while scrolling past ${TWEETS.toLocaleString('en')} tweets${what}`,
    value: Math.max(0, ...tasks),
    unit: 'ms',
    bar: { atMost: 100 },
    details: { 'tasks over 50 ms': tasks.length },
  });
  return [longest('', longTasks.full), longest(', CPU slowed 4 times', longTasks.slowed)];
}
