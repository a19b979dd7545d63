/**
 * The server's HTML, with nothing in it but what tweets are made of. The server escapes all that
 * people write; this is the second lock, and makes links to this site ones of this app.
 */
const TAGS = new Set(['P', 'BR', 'A', 'SPAN']);
const CLASSES = new Set(['mention', 'hashtag', 'invisible', 'ellipsis', 'h-card', 'u-url']);
/** Behind these the text does not go on. */
const SKIPPED = new Set([
  'SCRIPT',
  'STYLE',
  'TEMPLATE',
  'NOSCRIPT',
  'IFRAME',
  'OBJECT',
  'SVG',
  'MATH',
]);

const known = new Map<string, string>();
const KNOWN_MAX = 2000;

export function safeHtml(html: string): string {
  let safe = known.get(html);
  if (safe === undefined) {
    safe = clean(html);
    if (known.size >= KNOWN_MAX) known.clear();
    known.set(html, safe);
  }
  return safe;
}

/** The words alone, for titles and previews. */
export function plainText(html: string): string {
  const withBreaks = html.replaceAll(/<br\s*\/?>|<\/p>\s*<p>/g, '\n');
  return new DOMParser().parseFromString(withBreaks, 'text/html').body.textContent;
}

function clean(html: string): string {
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  const holder = document.createElement('div');
  for (const child of body.childNodes) append(holder, child);
  return holder.innerHTML;
}

function append(parent: Element, node: Node): void {
  if (node instanceof Text) {
    parent.append(node.data);
    return;
  }
  if (!(node instanceof Element) || SKIPPED.has(node.tagName.toUpperCase())) return;
  const target = TAGS.has(node.tagName) ? copyOf(node) : undefined;
  if (target) parent.append(target);
  for (const child of node.childNodes) append(target ?? parent, child);
}

function copyOf(element: Element): Element {
  const copy = document.createElement(element.tagName);
  const classes = [...element.classList].filter((one) => CLASSES.has(one));
  if (classes.length > 0) copy.className = classes.join(' ');
  if (element.getAttribute('translate') === 'no') copy.setAttribute('translate', 'no');
  if (copy instanceof HTMLAnchorElement) link(copy, element.getAttribute('href') ?? '');
  return copy;
}

function link(anchor: HTMLAnchorElement, address: string): void {
  if (address === '' || !URL.canParse(address, location.origin)) return;
  const url = new URL(address, location.origin);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return;
  if (url.origin === location.origin) {
    anchor.setAttribute('href', url.pathname + url.search + url.hash);
    return;
  }
  anchor.setAttribute('href', url.href);
  anchor.target = '_blank';
  anchor.rel = 'nofollow noopener noreferrer';
}
