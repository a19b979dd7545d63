/** The servers, and the client, that the tests need and npm does not have. */
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
  const missing = missingPackages();
  if (missing.length === 0) return { missing };
  const how = `apt-get install ${missing.join(' ')}`;
  if (!isInstalled('apt-get') || process.getuid?.() !== 0) {
    console.log(
      `Not tested here: MySQL, Redis, S3, load balancers or toot. Missing: ${missing.join(', ')} (sudo ${how})`,
    );
    return { missing };
  }
  console.log(`Installing what the tests need: ${how}`);
  withoutStartingServices(() => {
    apt('update');
    apt('install', '--yes', '--no-install-recommends', ...missing);
  });
  return { missing: missingPackages() };
}

function missingPackages(): string[] {
  const names = Object.entries(PACKAGES).filter(([program]) => !isInstalled(program));
  return [...new Set(names.map(([, name]) => name))];
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => existsSync(path.join(folder, program)));
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
