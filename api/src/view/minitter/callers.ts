/** Who may call an endpoint of the extension: as in the Mastodon API, and described in OpenAPI. */
import type { Endpoint } from '../endpoint.ts';
import { mastodonCallers } from '../mastodon/callers.ts';
import type { Services } from '../services.ts';

/** The kinds of callers, as the routes file names them. */
export function scopedCallers(services: Services) {
  const { user } = mastodonCallers(services);
  return {
    /** Whoever has logged in, by an app that has this scope; the classic log-in has all of them. */
    user: (scope: string, { schema, handle }: Endpoint<'viewer'>) => {
      const needs = `Needs the scope \`${scope}\`.`;
      const description = schema.description ? `${schema.description} ${needs}` : needs;
      const route = user(scope, { schema, handle });
      return { ...route, schema: { ...schema, description, security: [{ token: [] }] } };
    },
  };
}
