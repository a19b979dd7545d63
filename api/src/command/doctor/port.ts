/** The address the server listens on: free, or a Minitter is there already. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../config.ts';
import { type Finding, ok, problem } from './finding.ts';

type Subject = Pick<Config, 'host' | 'port'>;

export async function checkPort({ host, port }: Subject): Promise<readonly Finding[]> {
  const code = await listenError(host, port);
  if (code === undefined) {
    return [ok(port === 0 ? 'Any free port will do.' : `Port ${port} of ${host} is free.`)];
  }
  if (code === 'EADDRINUSE') return [await whoIsThere(host, port)];
  if (code === 'EACCES') {
    return [problem(`Port ${port} may not be used by this user.`, 'Choose a PORT above 1023.')];
  }
  return [
    problem(
      `${host} is not an address of this machine (${code}).`,
      'Set HOST to 127.0.0.1, or to 0.0.0.0 for all addresses of the machine.',
    ),
  ];
}

/** @returns the code of what went wrong, undefined when nothing did */
async function listenError(host: string, port: number): Promise<string | undefined> {
  const server = createServer().listen(port, host);
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'no reason given';
  }
}

const ANSWER_MS = 3000;

async function whoIsThere(host: string, port: number): Promise<Finding> {
  const url = `http://${reachable(host)}:${port}/ping`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (answer.ok && (await answer.text()) === 'pong') {
      return ok(`A Minitter answers on port ${port}.`);
    }
  } catch {
    // It is not one, or it hangs.
  }
  return problem(
    `Port ${port} is in use, and no Minitter answers on it.`,
    'Stop what uses it, or choose another PORT.',
  );
}

/** An address to connect to, for one to listen on. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}
