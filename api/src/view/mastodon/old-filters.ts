/**
 * Filters v1, for older apps (https://docs.joinmastodon.org/methods/filters/#v1): each word of a
 * filter is a filter of its own there, and bears the word's id.
 */
import { type Static, Type } from 'typebox';
import type { Filter, FilterKeyword } from '../../service/filters.ts';
import type { Viewer } from '../../service/sessions.ts';
import type { Services } from '../services.ts';
import { forUser } from './callers.ts';
import { dateOf } from './dates.ts';
import { Contexts, ExpiresIn, secondsOf } from './filters.ts';
import { Flag, IdParams, idOf } from './schemas.ts';

interface OldFilter {
  readonly filter: Filter;
  readonly word: FilterKeyword;
}

function present({ filter, word }: OldFilter) {
  return {
    id: String(word.id),
    phrase: word.keyword,
    context: filter.contexts.split(' '),
    whole_word: word.is_whole_word === 1,
    expires_at: filter.expires_at === null ? null : dateOf(filter.expires_at),
    irreversible: filter.action === 'hide',
  };
}

async function allOf(services: Services, viewer: Viewer): Promise<OldFilter[]> {
  const filters = await services.filters.all(viewer);
  return filters.flatMap((filter) => filter.keywords.map((word) => ({ filter, word })));
}

/** @throws {DomainError} `filter_not_found` */
async function oneOf(services: Services, viewer: Viewer, id: number): Promise<OldFilter> {
  const word = await services.filters.keyword(viewer, id);
  return { filter: await services.filters.one(viewer, word.filter_id), word };
}

const OldFilterBody = Type.Object({
  phrase: Type.Optional(Type.String()),
  context: Type.Optional(Contexts),
  irreversible: Type.Optional(Flag),
  whole_word: Type.Optional(Flag),
  expires_in: Type.Optional(ExpiresIn),
});

function draftOf(
  { phrase, context, irreversible, expires_in }: Static<typeof OldFilterBody>,
  sentNulls: ReadonlySet<string> | undefined,
) {
  const action = irreversible ? ('hide' as const) : ('warn' as const);
  return {
    title: phrase,
    contexts: context,
    action: irreversible === undefined ? undefined : action,
    seconds: secondsOf(expires_in, sentNulls),
  };
}

export const getOldFilters = forUser({}, async ({ services, viewer }) =>
  (await allOf(services, viewer)).map(present),
);

export const getOldFilter = forUser({ params: IdParams }, async ({ services, viewer, params }) =>
  present(await oneOf(services, viewer, idOf(params.id))),
);

export const postOldFilter = forUser(
  { body: OldFilterBody },
  async ({ services, viewer, body, idempotencyKey, request }) => {
    const keywords = [{ keyword: body.phrase, isWholeWord: body.whole_word }];
    const draft = { ...draftOf(body, request.sentNulls), keywords };
    const filter = await services.filters.create(viewer, draft, idempotencyKey);
    return filter.keywords.map((word) => present({ filter, word }))[0];
  },
);

export const putOldFilter = forUser(
  { params: IdParams, body: OldFilterBody },
  async ({ services, viewer, params, body, request }) => {
    const id = idOf(params.id);
    const { filter } = await oneOf(services, viewer, id);
    const keywords = [{ id, keyword: body.phrase, isWholeWord: body.whole_word }];
    const draft = { ...draftOf(body, request.sentNulls), keywords };
    await services.filters.update(viewer, filter.id, draft);
    return present(await oneOf(services, viewer, id));
  },
);

export const deleteOldFilter = forUser(
  { params: IdParams },
  async ({ services, viewer, params }) => {
    const { filter, word } = await oneOf(services, viewer, idOf(params.id));
    const isLast = filter.keywords.length === 1 && filter.tweets.length === 0;
    if (isLast) await services.filters.delete(viewer, filter.id);
    else await services.filters.deleteKeyword(viewer, word.id);
  },
);
