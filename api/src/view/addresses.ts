/** Which methods an address takes: for `Allow`, OPTIONS and 405. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import createRouter from 'find-my-way';
import { RequestError, sendError } from './errors.ts';

/**
 * Answers OPTIONS with `Allow`, a known address under a wrong method with 405, and any other with
 * 404. To be called before routes are added.
 *
 * @param notFoundPage answers, where it has something better to say than an error's JSON
 * @returns what answers such a request before its body is read: what is wrong with that is of no
 *   interest. It returns whether it has.
 */
export function answerForAddresses(
  app: FastifyInstance,
  notFoundPage?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined,
): (request: FastifyRequest, reply: FastifyReply) => boolean {
  const methodsByPattern = new Map<string, Set<string>>();
  const patterns = createRouter();

  app.addHook('onRoute', ({ url, method }) => {
    let methods = methodsByPattern.get(url);
    if (!methods) {
      methods = new Set(['OPTIONS']);
      methodsByPattern.set(url, methods);
      patterns.on('GET', url, () => {}, methods);
    }
    for (const one of [method].flat()) methods.add(one);
  });

  const methodsAt = ({ url }: FastifyRequest) =>
    patterns.find('GET', url)?.store as Set<string> | undefined;
  const allow = (methods: Set<string>) => [...methods].toSorted().join(', ');

  const notFound = (request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsAt(request);
    // With a right method, the route itself has found nothing: a file that is not there, say.
    if (!methods || methods.has(request.method)) {
      return (
        notFoundPage?.(request, reply) ?? sendError(new RequestError('not_found'), request, reply)
      );
    }
    reply.header('allow', allow(methods));
    return sendError(new RequestError('method_not_allowed'), request, reply);
  };
  app.setNotFoundHandler(notFound);

  const answerOptions = (request: FastifyRequest, reply: FastifyReply) => {
    const methods = methodsAt(request);
    if (!methods) return notFound(request, reply);
    return reply.code(204).header('allow', allow(methods)).send();
  };
  return (request, reply) => {
    const isOptions = request.method === 'OPTIONS';
    if (!isOptions && !request.is404) return false;
    void (isOptions ? answerOptions(request, reply) : notFound(request, reply));
    return true;
  };
}
