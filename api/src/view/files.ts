import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

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
