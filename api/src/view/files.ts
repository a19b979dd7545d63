import multipart from '@fastify/multipart';
import type { FastifyError, FastifyInstance, FastifyPluginAsync } from 'fastify';
import { RequestError } from './errors.ts';

/**
 * Routes that take `multipart/form-data`. They stand apart because the plugin's hooks run for every
 * request of the routes around it; elsewhere such a body is refused with 415.
 *
 * @param fileMaxBytes the largest file
 */
export function takingFiles(
  fileMaxBytes: number,
  addRoutes: (app: FastifyInstance) => void,
): FastifyPluginAsync {
  return async (app) => {
    await app.register(multipart, {
      limits: { fileSize: fileMaxBytes, files: 1, fields: 10, parts: 11, fieldSize: 10_000 },
    });
    addRoutes(app);
  };
}

/**
 * Waits for a multipart form to be read.
 *
 * @param gone when the client does not wait for the answer any more
 * @throws {RequestError} `malformed_request`; the multipart plugin's errors
 */
export async function formRead<T>(reading: Promise<T>, gone: AbortSignal): Promise<T> {
  return Promise.race([reading, rejectedWhen(gone)]).catch((cause: FastifyError) => {
    // The parser below the plugin throws plain errors: a missing boundary, a form without an end.
    throw cause.code === undefined ? new RequestError('malformed_request', { cause }) : cause;
  });
}

/** The parser waits for ever for a client that has gone before it began to listen. */
function rejectedWhen(gone: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const refuse = () => reject(new RequestError('malformed_request'));
    if (gone.aborted) refuse();
    else gone.addEventListener('abort', refuse, { once: true });
  });
}
