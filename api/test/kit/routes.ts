/** Every route of a server, as the server itself has it. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { TestContext } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { atEnd } from './at-end.ts';

/** Fastify tells of each server it makes (https://fastify.dev/docs/latest/Reference/Hooks/#diagnostics-channel-hooks). */
const CHANNEL = 'fastify.initialization';

/**
 * Notes the routes of the servers that the test starts from now on, such as `GET /api/v1/lists/:id`.
 * Those for HEAD, which Fastify adds to each GET, are left out.
 */
export function watchRoutes(t: TestContext): ReadonlySet<string> {
  const routes = new Set<string>();
  const watch = (message: unknown) => {
    const { fastify } = message as { readonly fastify: FastifyInstance };
    fastify.addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) if (one !== 'HEAD') routes.add(`${one} ${url}`);
    });
  };
  subscribe(CHANNEL, watch);
  atEnd(t, () => unsubscribe(CHANNEL, watch));
  return routes;
}

/** A route whose parameters are called alike, for comparing. */
export const withoutNames = (route: string): string => route.replaceAll(/:\w+/g, ':_');
