/**
 * Pages of lists, as Mastodon cuts them (https://docs.joinmastodon.org/api/guidelines/#pagination):
 * `max_id` and `since_id` bound them, `min_id` asks for the ones just above it, and `Link` leads on.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { publicUrlOf } from '../public-url.ts';
import { idOf } from './schemas.ts';

/** Which part of a list is wanted; ids are the list's own. */
export interface PageRange {
  /** Smaller ids only. */
  readonly below: number | undefined;
  /** Larger ids only. */
  readonly above: number | undefined;
  /** The smallest ones above, not the largest; they come newest first all the same. */
  readonly fromBelow: boolean;
  readonly limit: number;
}

interface Query {
  readonly max_id?: string;
  readonly since_id?: string;
  readonly min_id?: string;
  readonly limit?: number;
}

/** The page that a query asks for, of `usual` entries unless it says otherwise, `most` at most. */
export function pageRange(query: Query, usual = 20, most = usual * 2): PageRange {
  const { max_id, since_id, min_id, limit = usual } = query;
  const above = min_id ?? since_id;
  return {
    below: boundOf(max_id),
    above: boundOf(above),
    fromBelow: min_id !== undefined,
    limit: Math.min(limit, most),
  };
}

/** Clients may send any text as a bound: one that is no id bounds nothing. */
export function boundOf(text: string | undefined): number | undefined {
  const id = idOf(text ?? '');
  return id > 0 ? id : undefined;
}

/** Whether it is the newest page, of whatever length. */
export const isFirst = ({ below, above, fromBelow }: PageRange): boolean =>
  below === undefined && above === undefined && !fromBelow;

/**
 * Sets the `Link` header: to older entries where the page is full, and to newer ones.
 *
 * @param ids the page's own, newest first
 */
export function linkPages(
  request: FastifyRequest,
  reply: FastifyReply,
  ids: readonly number[],
  range: Pick<PageRange, 'limit'>,
): void {
  const links = linksOf(request, ids, range);
  if (links !== '') reply.header('link', links);
}

/** What `Link` says; empty beside an empty page. */
export function linksOf(
  request: FastifyRequest,
  ids: readonly number[],
  { limit }: Pick<PageRange, 'limit'>,
): string {
  const [newest, oldest] = [ids[0], ids.at(-1)];
  if (newest === undefined || oldest === undefined) return '';
  const [path = '', text = ''] = request.url.split('?');
  const query = new URLSearchParams(text);
  for (const bound of ['max_id', 'since_id', 'min_id']) query.delete(bound);
  const others = query.size === 0 ? '' : `${query.toString()}&`;
  const before = `<${publicUrlOf(request)}${path}?${others}`;
  const address = (name: string, id: number) => `${before}${name}=${id}>`;
  const links = [`${address('min_id', newest)}; rel="prev"`];
  if (ids.length >= limit) links.unshift(`${address('max_id', oldest)}; rel="next"`);
  return links.join(', ');
}
