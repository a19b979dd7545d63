#!/usr/bin/env node
/**
 * The `minitter` command of the published package. The machine's own Node.js may be too old for the
 * server (and then for modern JavaScript, too: this file runs from Node.js 18 on); the right one came
 * with the package, and this file finds it and hands over to it.
 */
'use strict';

const { spawn } = require('node:child_process');
const os = require('node:os');
const path = require('node:path');

const MAIN = path.join(__dirname, '..', 'lib', 'main.js');
/** What ends or asks something of the server. */
const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGUSR2'];
/** The oldest SQLite free of the WAL-reset corruption. */
const OLDEST_SQLITE = '3.51.3';

/** Whether `version` is `wanted` or newer; both are numbers with dots. */
function isAtLeast(version, wanted) {
  const has = version.split('.').map(Number);
  const needs = wanted.split('.').map(Number);
  for (let i = 0; i < needs.length; i += 1) {
    if (has[i] !== needs[i]) return has[i] > needs[i];
  }
  return true;
}

/**
 * Whether the server runs on this Node.js: the `engines` of package.json, and an SQLite that is safe.
 *
 * @param {{ node: string, sqlite?: string }} versions as `process.versions`
 */
function isFit({ node, sqlite = '0' }) {
  const isNewEnough =
    isAtLeast(node, '24.20.0') || (isAtLeast(node, '22.22.3') && !isAtLeast(node, '23.0.0'));
  return isNewEnough && isAtLeast(sqlite, OLDEST_SQLITE);
}

/**
 * @param {(name: string) => string} resolve finds a file of a package, or throws
 * @returns {string | undefined} the program of the Node.js that came with this package
 */
function pinnedNode(platform, arch, resolve) {
  for (const name of [`node-${platform}-${arch}`, `node-bin-${platform}-${arch}`]) {
    try {
      return resolve(`${name}/bin/node`);
    } catch {
      // Not for this machine: the next.
    }
  }
  return undefined;
}

/** Runs this file again with `node`, and ends as that ends. */
function handOver(node) {
  // The fourth is a line that breaks when this process dies, however it dies.
  const child = spawn(node, [__filename, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  const forward = (signal) => child.kill(signal);
  for (const signal of FORWARDED) process.on(signal, forward);
  child.on('error', (error) => complain(`${node} does not run here: ${error.message}`));
  child.on('exit', (status, signal) => {
    for (const one of FORWARDED) process.off(one, forward);
    if (signal === null) process.exit(status);
    process.kill(process.pid, signal);
    // A signal that does not end a process leaves it to us; 128 + n is what a shell would say.
    process.exitCode = 128 + os.constants.signals[signal];
  });
}

/** Whoever was started by {@link handOver} stops when that has gone. */
function stopWithParent() {
  if (!process.channel) return;
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}

function complain(sentence) {
  console.error(`minitter: ${sentence}`);
  process.exitCode = 1;
}

function run() {
  if (isFit(process.versions)) {
    stopWithParent();
    void import(MAIN);
    return;
  }
  const node = pinnedNode(process.platform, process.arch, require.resolve);
  if (node !== undefined && node !== process.execPath) handOver(node);
  else {
    complain(
      `Node.js ${process.version} is too old, and none came with the package for ` +
        `${process.platform} ${process.arch}. Install Node.js 22.22.3 or later, or 24.20 or later.`,
    );
  }
}

if (require.main === module) run();

module.exports = { isFit, pinnedNode };
