/** The documented extension below `/api/minitter/v1`: what the Mastodon API has no words for. */
import { CallError } from './errors.ts';
import { tokenInUse } from './client.ts';

/**
 * Calls the extension.
 *
 * @param path below `/api/minitter/v1`
 * @returns the answer's JSON
 * @throws {CallError} when the server says no; {TypeError} when it cannot be reached
 */
export async function minitter<T>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: object,
): Promise<T> {
  const response = await answerOf(method, path, body);
  const text = await response.text();
  return (text === '' ? {} : JSON.parse(text)) as T;
}

/** A file, and what the server calls it. */
export interface NamedFile {
  readonly name: string;
  readonly file: Blob;
}

/** The same, for an answer that is a file. */
export async function minitterFile(path: string): Promise<NamedFile> {
  const response = await answerOf('GET', path);
  const disposition = response.headers.get('content-disposition') ?? '';
  const name = /filename="([^"]+)"/.exec(disposition)?.[1] ?? 'minitter';
  return { name, file: await response.blob() };
}

async function answerOf(method: string, path: string, body?: object): Promise<Response> {
  const token = tokenInUse();
  const response = await fetch(`/api/minitter/v1${path}`, {
    method,
    headers: {
      'accept-language': document.documentElement.lang,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await refusalOf(response);
  return response;
}

async function refusalOf(response: Response): Promise<CallError> {
  try {
    const { message, error } = (await response.json()) as { message?: string; error?: string };
    return new CallError(response.status, message ?? error ?? '', error);
  } catch {
    return new CallError(response.status, '');
  }
}
