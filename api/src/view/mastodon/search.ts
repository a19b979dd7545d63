import { Type } from 'typebox';
import type { RouteSchema } from '../endpoint.ts';
import { forVisitor, type VisitorCall } from './callers.ts';
import { boundOf } from './paging.ts';
import { presentAccount } from './present-account.ts';
import { presentStatus } from './present-status.ts';
import { presentTag } from './present-tag.ts';
import { Flag, Id, idOf } from './schemas.ts';
import { type Site, siteOf } from './site.ts';

/** Of each kind. */
const USUAL_LIMIT = 20;

const SearchQuery = Type.Object({
  q: Type.String(),
  type: Type.Optional(
    Type.Union([Type.Literal('accounts'), Type.Literal('hashtags'), Type.Literal('statuses')]),
  ),
  following: Type.Optional(Flag),
  account_id: Type.Optional(Id),
  min_id: Type.Optional(Id),
  max_id: Type.Optional(Id),
  limit: Type.Optional(Type.Integer({ minimum: 1 })),
  offset: Type.Optional(Type.Integer({ minimum: 0 })),
});

type SearchCall = VisitorCall<{ readonly querystring: typeof SearchQuery } & RouteSchema>;

/** What is not asked for is an empty list. An address of this server finds what is there. */
export const search = forVisitor({ querystring: SearchQuery }, async (call) => {
  const { services, viewer, request } = call;
  await services.search.begin({ viewerId: viewer?.userId, address: request.ip });
  const site = siteOf(request);
  const place = placeAt(call.query.q, site);
  const [accounts, hashtags, statuses] = await Promise.all([
    isAsked(call, 'accounts') ? accountsOf(call, place) : [],
    isAsked(call, 'hashtags') && !place ? services.search.hashtags(commonOf(call)) : [],
    isAsked(call, 'statuses') ? statusesOf(call, place) : [],
  ]);
  return {
    accounts: accounts.map((view) => presentAccount(view, site)),
    statuses: statuses.map((view) => presentStatus(view, site)),
    hashtags: hashtags.map((found) => presentTag(found, site)),
  };
});

const isAsked = ({ query: { type } }: SearchCall, kind: NonNullable<typeof type>): boolean =>
  type === undefined || type === kind;

/** What all kinds have in common. Only a list of one kind has further pages. */
function commonOf({ viewer, query }: SearchCall) {
  const { q: text, type, limit = USUAL_LIMIT, offset = 0 } = query;
  return { text, viewerId: viewer?.userId, limit, offset: type === undefined ? 0 : offset };
}

/** An account's page, or a status's. */
interface Place {
  readonly username: string;
  readonly tweetId: number | undefined;
}

/** What an address of this server leads to; undefined for any other text. */
function placeAt(text: string, { url }: Site): Place | undefined {
  const address = text.trim();
  if (!address.startsWith(`${url}/`)) return undefined;
  const { username, id } =
    /^\/@(?<username>\w+)(?:\/(?<id>\d+))?\/?$/.exec(address.slice(url.length))?.groups ?? {};
  if (username === undefined) return undefined;
  return { username, tweetId: id === undefined ? undefined : idOf(id) };
}

async function accountsOf(call: SearchCall, place: Place | undefined) {
  const { search } = call.services;
  const wanted = { ...commonOf(call), isFollowing: call.query.following };
  if (!place) return search.accounts(wanted);
  if (place.tweetId !== undefined) return [];
  const [found] = await search.accounts({ ...wanted, text: `@${place.username}` });
  return found?.user.username.toLowerCase() === place.username.toLowerCase() ? [found] : [];
}

async function statusesOf(call: SearchCall, place: Place | undefined) {
  if (place) {
    const ids = place.tweetId === undefined ? [] : [place.tweetId];
    return call.services.tweetViews.load(ids, call.viewer?.userId);
  }
  const { account_id: author, max_id: below, min_id: above } = call.query;
  return call.services.search.tweets({
    ...commonOf(call),
    authorId: author === undefined ? undefined : idOf(author),
    below: boundOf(below),
    above: boundOf(above),
  });
}
