/** The real client library, as a person of a test uses it. */
import { createRestAPIClient } from 'masto';
import type { Person, TestApp } from './app.ts';

export type Client = ReturnType<typeof createRestAPIClient>;

/** A client of this server: somebody's, or nobody's. */
export function clientFor({ url }: Pick<TestApp, 'url'>, person?: Person): Client {
  return createRestAPIClient({ url, ...(person ? { accessToken: person.token } : {}) });
}
