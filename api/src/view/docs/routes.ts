/** The API's description: `/openapi.json`, and a page to read it at `/docs`. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';

/** The page runs its own scripts and asks this server only. Swagger UI sets styles in elements. */
const PAGE_CSP =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/** To be called before the routes it shall describe are added. */
export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    transform: ({ schema, url }) => ({ schema: withUpload(schema as object), url }),
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Minitter',
        version,
        description:
          'The classic API, and what Minitter adds to the Mastodon client API. Log in, and send the token as `Authorization: Bearer <token>` ' +
          '(on this page: the button Authorize). ' +
          'Every error is `{"error": code, "message": text}`.',
        license: { name: 'MIT', identifier: 'MIT' },
      },
      components: {
        securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
  });
}

/** A body that a plugin parses has no schema to validate; here it gets one to be read. */
function withUpload({ upload, ...schema }: { upload?: unknown }): object {
  return upload === undefined ? schema : { ...schema, body: upload };
}

export async function docsRoutes(app: FastifyInstance): Promise<void> {
  let text: string | undefined;
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) => {
    text ??= JSON.stringify(app.swagger());
    return reply.type('application/json; charset=utf-8').send(text);
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    staticCSP: PAGE_CSP,
    uiConfig: {
      layout: 'BaseLayout',
      deepLinking: true,
      docExpansion: 'list',
      tryItOutEnabled: true,
    },
    theme: { title: 'Minitter API' },
  });
}
