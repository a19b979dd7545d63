/** HTTP by hand, over a bare socket: for requests that no client would send. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Answer, Person } from './app.ts';
import { atEnd } from './at-end.ts';

/** A request's head; `Content-Length` and the like are the test's affair. */
export function head(line: string, headers: Readonly<Record<string, string>> = {}): string {
  const fields = Object.entries({ Host: 'minitter.example', ...headers });
  return [`${line} HTTP/1.1`, ...fields.map(([name, value]) => `${name}: ${value}`), '', ''].join(
    '\r\n',
  );
}

/** A connection to the server at `url`; it goes when the test ends, if not before. */
export async function openSocket(t: TestContext, url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  await once(socket, 'connect');
  // Tests break lines on purpose.
  socket.on('error', () => {});
  atEnd(t, () => socket.destroy());
  return socket;
}

/** Sends bytes and takes the first answer; whether the server then hangs up is its affair. */
export async function sendRaw(
  t: TestContext,
  url: string,
  bytes: string | Uint8Array,
): Promise<Answer> {
  const socket = await openSocket(t, url);
  socket.write(bytes);
  return nextAnswer(socket);
}

/**
 * The next answer of a connection.
 *
 * @throws {Error} when the server hangs up without one
 */
export async function nextAnswer(socket: Socket): Promise<Answer> {
  let received = Buffer.alloc(0);
  for (;;) {
    const answer = parseAnswer(received);
    if (answer) return answer;
    const more = (await Promise.race([
      once(socket, 'data'),
      once(socket, 'close').then(() => []),
    ])) as [Buffer?];
    if (!more[0]) throw new Error(`the server hung up after: ${received.toString()}`);
    received = Buffer.concat([received, more[0]]);
  }
}

/** One whole answer, or undefined when there is more to come. */
function parseAnswer(received: Buffer): Answer | undefined {
  const end = received.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [statusLine = '', ...fields] = received.subarray(0, end).toString().split('\r\n');
  const headers = new Headers(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
  const rest = received.subarray(end + 4);
  const length = Number(headers.get('content-length') ?? 0);
  if (rest.length < length) return undefined;
  const text = rest.subarray(0, length).toString();
  const isJson = headers.get('content-type')?.startsWith('application/json');
  return {
    status: Number(statusLine.split(' ')[1]),
    headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

/** Where a picture can be sent, and as which field of a form. */
export interface UploadTarget {
  readonly path: string;
  readonly field: string;
}

const PROFILE_PICTURE: UploadTarget = { path: '/profile-picture', field: 'profile-pic' };

/** The beginning of an upload that says it will be large, up to somewhere in the file. */
export function halfAnUpload(person?: Person, { path, field } = PROFILE_PICTURE): string {
  const headers = {
    ...(person && { Authorization: `Bearer ${person.token}` }),
    'Content-Type': 'multipart/form-data; boundary=b',
    'Content-Length': '1000000',
  };
  return (
    head(`POST ${path}`, headers) +
    `--b\r\nContent-Disposition: form-data; name="${field}"; filename="me.png"\r\n\r\nhalf a pict`
  );
}
