/** The servers, clients and the browser that the tests need and npm does not have. */
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Program → the Debian package it comes in. */
const PACKAGES: Readonly<Record<string, string>> = {
  haproxy: 'haproxy',
  mariadbd: 'mariadb-server',
  nginx: 'nginx-light',
  'redis-server': 'redis-server',
  'swift-ring-builder': 'swift',
  'swift-account-server': 'swift-account',
  'swift-container-server': 'swift-container',
  'swift-object-server': 'swift-object',
  'swift-proxy-server': 'swift-proxy',
  toot: 'toot',
};

/** A browser that Playwright can drive, and what it writes Korean and emoji with: program or file → package. */
const BROWSER_PACKAGES: Readonly<Record<string, string>> = {
  chromium: 'chromium',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk',
  '/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf': 'fonts-noto-color-emoji',
};
/** Any of these will do; Ubuntu has Chromium as a snap only, which does not run everywhere. */
const BROWSERS = ['chromium', 'google-chrome'] as const;

/** Debian asks it before it starts a service; 101 means no. See invoke-rc.d(8). */
const POLICY = '/usr/sbin/policy-rc.d';

/**
 * Installs what is missing, where it can: on Debian or Ubuntu, as root. Elsewhere it says in one line
 * what is missing and how to get it.
 *
 * @returns the packages that are still missing
 * @throws {Error} when the installation fails
 */
export function ensureSystemPackages(): { readonly missing: readonly string[] } {
  const missing = missingOf(PACKAGES);
  if (missing.length === 0) return { missing };
  const how = `apt-get install ${missing.join(' ')}`;
  if (!mayInstall()) {
    console.log(
      `Not tested here: MySQL, Redis, S3, load balancers or toot. Missing: ${missing.join(', ')} (sudo ${how})`,
    );
    return { missing };
  }
  console.log(`Installing what the tests need: ${how}`);
  withoutStartingServices(() => install(missing));
  return { missing: missingOf(PACKAGES) };
}

/**
 * Installs Chromium with its fonts, where it can. Elsewhere it says in one line that the web client is
 * not tested.
 *
 * @returns the path of a browser; undefined where there is none
 */
export function ensureBrowser(): string | undefined {
  const there = process.env['CHROMIUM'] ?? pathOf(...BROWSERS);
  const missing = missingOf(BROWSER_PACKAGES).filter((name) => name !== 'chromium' || !there);
  if (missing.length > 0 && mayInstall()) {
    console.log(`Installing a browser and its fonts: apt-get install ${missing.join(' ')}`);
    try {
      install(missing);
    } catch (error) {
      console.log((error as Error).message);
    }
  }
  const browser = there ?? pathOf(...BROWSERS);
  if (!browser) {
    console.log(
      'Not tested here: the web client. Missing: chromium (sudo apt-get install chromium)',
    );
  }
  return browser;
}

const mayInstall = () => pathOf('apt-get') !== undefined && process.getuid?.() === 0;

function install(packages: readonly string[]): void {
  apt('update');
  apt('install', '--yes', '--no-install-recommends', ...packages);
}

function missingOf(packages: Readonly<Record<string, string>>): string[] {
  const names = Object.entries(packages).filter(([program]) => !pathOf(program));
  return [...new Set(names.map(([, name]) => name))];
}

/** Where the first of these programs or files that is installed is. */
function pathOf(...programs: readonly string[]): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return programs
    .flatMap((name) =>
      path.isAbsolute(name) ? [name] : folders.map((folder) => path.join(folder, name)),
    )
    .find((file) => existsSync(file));
}

function apt(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync('apt-get', ['--quiet', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status !== 0) throw new Error(`apt-get ${args.join(' ')} failed:\n${stdout}${stderr}`);
}

/** The tests start servers of their own; the packages' would only hold ports. */
function withoutStartingServices(work: () => void): void {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    work();
  } finally {
    if (isOurs) rmSync(POLICY, { force: true });
  }
}
