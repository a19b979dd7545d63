/**
 * Counts requests by route, method and status. A request costs two looks at the clock and a few
 * additions; what Prometheus reads is made when it asks.
 */
import type { FastifyInstance } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { statusOf } from '../connections.ts';
import { type Sample, Times } from './times.ts';

/** What clients may make up does not become a series of its own. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
/** Of requests that no route has taken. */
const NO_ROUTE = 'none';
const STATUSES = 600;

/** What is known of the requests to one route with one method. */
class RouteCounts {
  readonly labels: { readonly method: string; readonly route: string };
  readonly byStatus = new Float64Array(STATUSES);
  readonly times = new Times();

  constructor(method: string, route: string) {
    this.labels = { method, route };
  }
}

/** A reply that knows when its request came, and which route took it. */
interface CountedReply {
  readonly begunAt: number;
  route: RouteCounts | undefined;
}

export class RequestCounts {
  readonly #routes = new Map<string, RouteCounts>();

  /** Replies that can be counted; `Base` is what they are otherwise. */
  repliesOf(Base: typeof ServerResponse): typeof ServerResponse {
    return class<R extends IncomingMessage> extends Base<R> implements CountedReply {
      readonly begunAt = performance.now();
      route: RouteCounts | undefined = undefined;
    };
  }

  /** Has each route mark its requests; to be called before routes are added. */
  watch(app: FastifyInstance): void {
    app.addHook('onRoute', (route) => {
      const byMethod = new Map(
        [route.method].flat().map((method) => [method, this.#countsOf(method, route.url)]),
      );
      const [only] = byMethod.size === 1 ? byMethod.values() : [];
      const others = [route.onRequest ?? []].flat();
      route.onRequest = [
        (request, reply, done) => {
          const counted = reply.raw as unknown as CountedReply;
          // The first counts: the framework makes the route of HEAD from a marked one of GET.
          counted.route ??= only ?? byMethod.get(request.method);
          done();
        },
        ...others,
      ];
    });
  }

  /** Counts a reply that `repliesOf` has made, when its connection is done with it. */
  count(response: ServerResponse): void {
    const { begunAt, route } = response as unknown as CountedReply;
    const counts = route ?? this.#countsOf(methodOf(response.req), NO_ROUTE);
    const status = statusOf(response);
    counts.byStatus[status] = (counts.byStatus[status] as number) + 1;
    counts.times.add(performance.now() - begunAt);
  }

  totals(): Sample[] {
    return [...this.#routes.values()].flatMap(({ labels, byStatus }) =>
      [...byStatus].flatMap((value, status) =>
        value > 0 ? { labels: { ...labels, status }, value } : [],
      ),
    );
  }

  /** @param name of the histogram */
  times(name: string): Sample[] {
    return [...this.#routes.values()]
      .filter(({ byStatus }) => byStatus.some((count) => count > 0))
      .flatMap(({ labels, times }) => times.samples(name, labels));
  }

  #countsOf(method: string, route: string): RouteCounts {
    const key = `${method} ${route}`;
    let counts = this.#routes.get(key);
    if (!counts) {
      counts = new RouteCounts(method, route);
      this.#routes.set(key, counts);
    }
    return counts;
  }
}

function methodOf({ method = '' }: IncomingMessage): string {
  return METHODS.has(method) ? method : 'other';
}
