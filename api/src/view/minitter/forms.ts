/** Forms as browsers send them, without a script. */
import type { FastifyInstance, FastifyPluginAsync } from 'fastify';

/**
 * Routes that take `application/x-www-form-urlencoded`; elsewhere such a body is refused with 415,
 * so that no form of another site can reach an endpoint of the API.
 */
export function takingForms(addRoutes: (app: FastifyInstance) => void): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
    );
    addRoutes(app);
  };
}
