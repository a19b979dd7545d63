/** A server at the end of `fetch`: it answers what a test tells it to, and remembers what it was asked. */
import type { TestContext } from 'node:test';

export interface Asked {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Headers;
  readonly body: unknown;
}

export type Answer = { readonly status?: number; readonly json: unknown } | Error;

/** @param answer what is said to each request; an error is no answer at all */
export function serve(t: TestContext, answer: (asked: Asked) => Answer | Promise<Answer>): Asked[] {
  const all: Asked[] = [];
  t.mock.method(globalThis, 'fetch', async (input: string | URL | Request, init?: RequestInit) => {
    const request = new Request(input, init);
    const { pathname, search } = new URL(request.url);
    const text = await request.text();
    const body: unknown = /json/.test(request.headers.get('content-type') ?? '')
      ? JSON.parse(text)
      : text;
    const { method, headers } = request;
    const asked: Asked = { method, path: pathname + search, headers, body };
    all.push(asked);
    const said = await answer(asked);
    if (said instanceof Error) throw said;
    return Response.json(said.json, { status: said.status ?? 200 });
  });
  return all;
}

/** A tweet as the Mastodon API tells it. */
export const status = (id: string, more: object = {}): Record<string, unknown> => ({
  id,
  content: `<p>${id}</p>`,
  visibility: 'public',
  spoiler_text: '',
  favourited: false,
  favourites_count: 3,
  reblogged: false,
  reblogs_count: 0,
  bookmarked: false,
  replies_count: 0,
  in_reply_to_id: null,
  reblog: null,
  mentions: [],
  media_attachments: [],
  account: { id: '1', acct: 'ada', username: 'ada', display_name: 'Ada' },
  ...more,
});
