/** Ids of requests, for the log: those of one process differ from each other and from another's. */
import type { FastifyRequest } from 'fastify';
import { randomBytes } from 'node:crypto';

const PREFIX = randomBytes(6).toString('base64url');
let requests = 0;

/** A number, since most requests are never spoken of; only {@link requestIdOf} may read it. */
export function nextRequestId(): string {
  requests += 1;
  // The framework hands on whatever it is given.
  return requests as unknown as string;
}

/** The id of a request as it stands in the log and in answers. */
export function requestIdOf({ id }: FastifyRequest): string {
  return `${PREFIX}-${Number(id).toString(36)}`;
}
