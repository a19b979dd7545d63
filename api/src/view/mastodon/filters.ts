/** Filters v2 (https://docs.joinmastodon.org/methods/filters/). */
import { type Static, Type } from 'typebox';
import { FILTER_CONTEXTS } from '../../service/filter-matchers.ts';
import type { FilterDraft } from '../../service/filters.ts';
import { FILTER_KEYWORDS_MAX, FILTER_SECONDS_MAX } from '../../service/limits.ts';
import { forUser } from './callers.ts';
import { presentFilter, presentFilterStatus, presentKeyword } from './present-filter.ts';
import { Flag, Id, IdParams, idOf, Place } from './schemas.ts';

const Keyword = Type.Object({
  keyword: Type.Optional(Type.String()),
  whole_word: Type.Optional(Flag),
});
const KeywordChange = Type.Object({
  ...Keyword.properties,
  id: Type.Optional(Id),
  _destroy: Type.Optional(Flag),
});

/** Words come as a list, or by their places: `keywords_attributes[0][keyword]`. */
const KeywordChanges = Type.Union([
  Type.Array(KeywordChange, { maxItems: 2 * FILTER_KEYWORDS_MAX }),
  Type.Record(Place, KeywordChange),
]);

/** Seconds; clients send nothing for a filter that has no end. */
export const ExpiresIn = Type.Union([
  Type.Integer({ minimum: 0, maximum: FILTER_SECONDS_MAX }),
  Type.String({ pattern: '^\\d{0,8}$' }),
]);
const Context = Type.Union(FILTER_CONTEXTS.map((name) => Type.Literal(name)));
export const Contexts = Type.Array(Context, { maxItems: 2 * FILTER_CONTEXTS.length });

const FilterBody = Type.Object({
  title: Type.Optional(Type.String()),
  context: Type.Optional(Contexts),
  filter_action: Type.Optional(
    Type.Union([Type.Literal('warn'), Type.Literal('hide'), Type.Literal('blur')]),
  ),
  expires_in: Type.Optional(ExpiresIn),
  keywords_attributes: Type.Optional(KeywordChanges),
});

function draftOf(
  body: Static<typeof FilterBody>,
  sentNulls: ReadonlySet<string> | undefined,
): FilterDraft {
  const { title, context, filter_action, expires_in, keywords_attributes } = body;
  return {
    title,
    contexts: context,
    action: filter_action,
    seconds: secondsOf(expires_in, sentNulls),
    keywords: keywords_attributes && Object.values(keywords_attributes).map(keywordOf),
  };
}

/** Null is no end, and nothing at all what it was before. */
export function secondsOf(
  sent: Static<typeof ExpiresIn> | undefined,
  sentNulls: ReadonlySet<string> | undefined,
): number | undefined {
  if (sent === undefined) return sentNulls?.has('expires_in') ? 0 : undefined;
  return Number(sent);
}

function keywordOf({ id, _destroy, keyword, whole_word }: Static<typeof KeywordChange>) {
  const numbered = id === undefined || id === '' ? undefined : idOf(id);
  return { id: numbered, isGone: _destroy, keyword, isWholeWord: whole_word };
}

export const getFilters = forUser({}, async ({ services, viewer }) =>
  (await services.filters.all(viewer)).map(presentFilter),
);

export const postFilter = forUser(
  { body: FilterBody },
  async ({ services, viewer, body, idempotencyKey, request }) => {
    const draft = draftOf(body, request.sentNulls);
    return presentFilter(await services.filters.create(viewer, draft, idempotencyKey));
  },
);

export const getFilter = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  presentFilter(await services.filters.one(viewer, idOf(params.id))),
);

export const putFilter = forUser(
  { params: IdParams, body: FilterBody },
  async ({ services, viewer, params, body, request }) => {
    const draft = draftOf(body, request.sentNulls);
    return presentFilter(await services.filters.update(viewer, idOf(params.id), draft));
  },
);

export const deleteFilter = forUser({ params: IdParams }, ({ services, viewer, params }) =>
  services.filters.delete(viewer, idOf(params.id)),
);

export const getKeywords = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  (await services.filters.one(viewer, idOf(params.id))).keywords.map(presentKeyword),
);

export const postKeyword = forUser(
  { params: IdParams, body: Keyword },
  async ({ services, viewer, params, body: { keyword, whole_word }, idempotencyKey: key }) => {
    const draft = { keyword, isWholeWord: whole_word };
    return presentKeyword(await services.filters.addKeyword(viewer, idOf(params.id), draft, key));
  },
);

export const getKeyword = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  presentKeyword(await services.filters.keyword(viewer, idOf(params.id))),
);

export const putKeyword = forUser(
  { params: IdParams, body: Keyword },
  async ({ services, viewer, params, body: { keyword, whole_word } }) => {
    const draft = { keyword, isWholeWord: whole_word };
    return presentKeyword(await services.filters.updateKeyword(viewer, idOf(params.id), draft));
  },
);

export const deleteKeyword = forUser({ params: IdParams }, ({ services, viewer, params }) =>
  services.filters.deleteKeyword(viewer, idOf(params.id)),
);

export const getFilterStatuses = forUser(
  { params: IdParams },
  async ({ services, viewer, params }) =>
    (await services.filters.one(viewer, idOf(params.id))).tweets.map(presentFilterStatus),
);

export const postFilterStatus = forUser(
  { params: IdParams, body: Type.Object({ status_id: Id }) },
  async ({ services, viewer, params, body: { status_id } }) => {
    const filterId = idOf(params.id);
    return presentFilterStatus(await services.filters.addTweet(viewer, filterId, idOf(status_id)));
  },
);

export const getFilterStatus = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  presentFilterStatus(await services.filters.tweet(viewer, idOf(params.id))),
);

export const deleteFilterStatus = forUser(
  { params: IdParams },
  async ({ services, viewer, params }) => {
    const entry = await services.filters.tweet(viewer, idOf(params.id));
    await services.filters.deleteTweet(viewer, entry.id);
    return presentFilterStatus(entry);
  },
);
