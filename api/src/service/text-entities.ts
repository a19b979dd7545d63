/**
 * What stands out in a text: links, mentions and hashtags. Found in one place, so that what is shown
 * as a hashtag is the one that the tweet is found under.
 */
import { LinkifyIt } from 'linkify-it';
import { HASHTAG_MAX, USERNAME_MAX } from './limits.ts';
import { codePoints, foldKey } from './text.ts';

/** A piece of a text, from `start` until just before `end`, in UTF-16 units. */
interface Span {
  readonly start: number;
  readonly end: number;
}

export type TextEntity = Span &
  (
    | { readonly kind: 'link'; readonly url: string }
    /** `domain` is undefined for `@name` alone. */
    | { readonly kind: 'mention'; readonly username: string; readonly domain: string | undefined }
    | { readonly kind: 'hashtag'; readonly name: string }
  );

// Only whole addresses: whoever writes 1.5 or minitter.js means no link.
const linkify = new LinkifyIt({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false })
  .add('ftp:', null)
  .add('mailto:', null)
  .add('//', null);

/** Behind a letter, `=` or `/` it is part of something else: an address, or a path. */
const MENTION = new RegExp(
  String.raw`(?<![\p{L}\p{N}_=/@])@([a-z0-9_]{1,${USERNAME_MAX}})(?:@([a-z0-9.-]+[a-z0-9](?::\d+)?))?(?![\p{L}\p{N}_@])`,
  'giu',
);
/** Letters of any script with their marks, digits and _, but not digits alone. */
const HASHTAG = /(?<![\p{L}\p{N}_=/&)])[#＃]([\p{L}\p{M}\p{N}_·]*[\p{L}_·][\p{L}\p{M}\p{N}_·]*)/gu;

/** Whether a text may have any at all: most have not, and to see that costs next to nothing. */
export const mayHaveEntities = (text: string): boolean => /[@#＃:]/.test(text);

/** All of them, in order; none overlaps another. */
export function entitiesOf(text: string): TextEntity[] {
  if (!mayHaveEntities(text)) return [];
  const links = linksIn(text);
  const isFree = ({ start, end }: Span) =>
    !links.some((link) => start < link.end && end > link.start);
  const others = [...mentionsIn(text), ...hashtagsIn(text)].filter(isFree);
  return [...links, ...others].toSorted((a, b) => a.start - b.start);
}

/** The user names that are mentioned, each once, folded. */
export function mentionedNames(entities: readonly TextEntity[], isHere: IsHere): string[] {
  const names = entities.flatMap((entity) =>
    entity.kind === 'mention' && isHere(entity.domain) ? [foldKey(entity.username)] : [],
  );
  return [...new Set(names)];
}

/** Whether a domain behind a name is this server's; `undefined` is. */
export type IsHere = (domain: string | undefined) => boolean;

/** The hashtags, each once: the key, and how it is written. */
export function hashtagNames(entities: readonly TextEntity[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const entity of entities) {
    if (entity.kind !== 'hashtag') continue;
    const key = foldKey(entity.name);
    if (!names.has(key)) names.set(key, entity.name);
  }
  return names;
}

/** The name of a hashtag, without its sign, if it is one. */
export function hashtagNamed(name: string): string | undefined {
  const text = `#${name}`;
  const [entity] = hashtagsIn(text);
  return entity?.kind === 'hashtag' && entity.end === text.length ? entity.name : undefined;
}

function linksIn(text: string): TextEntity[] {
  const matches = text.includes('://') ? (linkify.match(text) ?? []) : [];
  return matches.flatMap(({ index: start, lastIndex: end, url }) =>
    URL.canParse(url) ? [{ kind: 'link' as const, start, end, url }] : [],
  );
}

function* mentionsIn(text: string): Generator<TextEntity> {
  for (const match of text.matchAll(MENTION)) {
    const [whole, username = '', domain] = match;
    yield {
      kind: 'mention',
      start: match.index,
      end: match.index + whole.length,
      username,
      domain,
    };
  }
}

function* hashtagsIn(text: string): Generator<TextEntity> {
  for (const match of text.matchAll(HASHTAG)) {
    const [whole, name = ''] = match;
    if (codePoints(name) > HASHTAG_MAX) continue;
    yield { kind: 'hashtag', start: match.index, end: match.index + whole.length, name };
  }
}
