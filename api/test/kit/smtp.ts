/** A real SMTP server on this machine, that keeps what it is given. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { atEnd } from './at-end.ts';

/** A mail as it has arrived. */
export interface Arrived {
  /** Of the envelope. */
  readonly from: string;
  readonly to: readonly string[];
  /** Headers by name in small letters, decoded. */
  readonly headers: ReadonlyMap<string, string>;
  readonly text: string;
}

export interface TestSmtp {
  /** `smtp://127.0.0.1:port` */
  readonly url: string;
  readonly arrived: Arrived[];
  /** How the next recipients are refused, one each: replies such as 550 or 451. */
  readonly refusals: number[];
  /** Resolves when this many mails have arrived. */
  readonly until: (mails: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** @param account who must log in, if anybody */
export async function startSmtp(
  t: TestContext,
  account?: { readonly user: string; readonly pass: string },
): Promise<TestSmtp> {
  const arrived: Arrived[] = [];
  const refusals: number[] = [];
  const watchers = new Set<() => void>();
  const server = new SMTPServer({
    disabledCommands: account ? ['STARTTLS'] : ['STARTTLS', 'AUTH'],
    allowInsecureAuth: true,
    authOptional: !account,
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === account?.user && password === account?.pass;
      done(isRight ? null : new Error('535 no'), isRight ? { user: username } : undefined);
    },
    onRcptTo: ({ address }, _session, done) => {
      const responseCode = refusals.shift();
      if (responseCode === undefined) done();
      else done(Object.assign(new Error(`not for ${address}`), { responseCode }));
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        arrived.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          ...parse(Buffer.concat(chunks).toString('latin1')),
        });
        done();
        for (const look of watchers) look();
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  atEnd(t, close);
  const { port } = server.server.address() as AddressInfo;
  const until = async (mails: number) => {
    while (arrived.length < mails) {
      const { promise, resolve } = Promise.withResolvers<void>();
      watchers.add(resolve);
      await promise;
      watchers.delete(resolve);
    }
  };
  return { url: `smtp://127.0.0.1:${port}`, arrived, refusals, until, close };
}

function parse(raw: string): { headers: Map<string, string>; text: string } {
  const end = raw.indexOf('\r\n\r\n');
  const lines = raw
    .slice(0, end)
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n');
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), decodeWords(line.slice(colon + 1).trim())];
    }),
  );
  const body = raw.slice(end + 4);
  const text = decode(body, headers.get('content-transfer-encoding') ?? '7bit');
  return { headers, text: text.replaceAll('\r\n', '\n') };
}

function decode(body: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString();
  if (encoding === 'quoted-printable') return unquoted(body.replace(/=\r\n/g, ''));
  return Buffer.from(body, 'latin1').toString();
}

/** RFC 2047. */
function decodeWords(text: string): string {
  return text
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?utf-8\?([BQ])\?([^?]*)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B'
        ? Buffer.from(word, 'base64').toString()
        : unquoted(word.replaceAll('_', ' ')),
    );
}

function unquoted(text: string): string {
  const bytes = text.replace(/=([\dA-F]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return Buffer.from(bytes, 'latin1').toString();
}
