/** Text as HTML, the way Mastodon writes it: what clients know how to show. */
import { entitiesOf, type TextEntity } from '../../service/text-entities.ts';
import { foldKey } from '../../service/text.ts';

/** Where mentions and hashtags lead. */
export interface Surroundings {
  /** This server's address, without a slash at the end. */
  readonly url: string;
  /** Those who are mentioned, by their folded names; other mentions stay plain text. */
  readonly usernames?: ReadonlyMap<string, string> | undefined;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);

/** Characters of a link that are shown; the rest is there for who copies it. */
const LINK_SHOWN = 30;

/** Paragraphs at empty lines, breaks at line ends, everything escaped but what is ours. */
export function html(text: string, surroundings: Surroundings): string {
  if (text === '') return '';
  let out = '';
  let at = 0;
  for (const entity of entitiesOf(text)) {
    out += plain(text.slice(at, entity.start));
    out += marked(text.slice(entity.start, entity.end), entity, surroundings);
    at = entity.end;
  }
  out += plain(text.slice(at));
  return `<p>${out}</p>`;
}

function plain(text: string): string {
  return escapeHtml(text)
    .replace(/(\r?\n){2,}/g, '</p><p>')
    .replace(/\r?\n/g, '<br />');
}

function marked(text: string, entity: TextEntity, { url, usernames }: Surroundings): string {
  if (entity.kind === 'link') return link(text, entity.url);
  if (entity.kind === 'hashtag') {
    const address = escapeHtml(`${url}/tags/${encodeURIComponent(entity.name)}`);
    const name = escapeHtml(entity.name);
    return `<a href="${address}" class="mention hashtag" rel="tag">#<span>${name}</span></a>`;
  }
  const isHere = entity.domain === undefined || url.endsWith(`//${entity.domain.toLowerCase()}`);
  const username = isHere ? usernames?.get(foldKey(entity.username)) : undefined;
  if (username === undefined) return escapeHtml(text);
  const address = escapeHtml(`${url}/@${username}`);
  const name = escapeHtml(username);
  return (
    `<span class="h-card" translate="no"><a href="${address}" class="u-url mention">` +
    `@<span>${name}</span></a></span>`
  );
}

/** The scheme and the end of a long address are hidden by clients, and still copied. */
function link(text: string, url: string): string {
  const [scheme = ''] = /^https?:\/\/(www\.)?/i.exec(text) ?? [];
  const rest = text.slice(scheme.length);
  const isLong = rest.length > LINK_SHOWN;
  const shown = rest.slice(0, LINK_SHOWN);
  const hidden = rest.slice(LINK_SHOWN);
  return (
    `<a href="${escapeHtml(url)}" target="_blank" rel="nofollow noopener" translate="no">` +
    `<span class="invisible">${escapeHtml(scheme)}</span>` +
    `<span class="${isLong ? 'ellipsis' : ''}">${escapeHtml(shown)}</span>` +
    `<span class="invisible">${escapeHtml(hidden)}</span></a>`
  );
}
