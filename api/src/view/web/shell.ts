/** The page that every address of the client is answered with, and what the server writes into it. */
import { createHash } from 'node:crypto';
import { type Html, markup } from '../html.ts';

/** What a page says before, or without, JavaScript. */
export interface PagePreview {
  /** For the head: a title, and how links to it unfurl. */
  readonly head: Html;
  /** For the body. */
  readonly body: Html;
}

/** Where in the built shell the server writes. */
const HEAD = '<!--minitter:head-->';
const BODY = '<!--minitter:plain-->';

const PLAIN: PagePreview = {
  head: markup`<title>Minitter</title>`,
  body: markup`<p>Minitter needs JavaScript to show this page.</p>
<p lang="ko">이 화면을 보려면 JavaScript가 필요합니다.</p>`,
};

export class Shell {
  /** Without a preview. */
  readonly plain: string;
  /** Scripts of this server's own, its style sheets, and nothing written into a page. */
  readonly policy: string;
  readonly #parts: readonly [string, string, string];

  /** @throws {Error} when the build has not left the places for previews */
  constructor(built: string) {
    const [start = '', rest] = built.split(HEAD);
    const [middle = '', end] = (rest ?? '').split(BODY);
    if (end === undefined) throw new Error('The built web client has no places for previews.');
    this.#parts = [start, middle, end];
    this.plain = this.withPreview(PLAIN);
    this.policy = policyFor(built);
  }

  withPreview({ head, body }: PagePreview): string {
    const [start, middle, end] = this.#parts;
    return `${start}${head.text}${middle}<noscript><div class="plain">${body.text}</div></noscript>${end}`;
  }
}

/** The one script that the build writes into the shell is known by its hash. */
function policyFor(built: string): string {
  const hashes = [...built.matchAll(/<script>([^]*?)<\/script>/g)].map(
    ([, script = '']) => `'sha256-${createHash('sha256').update(script).digest('base64')}'`,
  );
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(' ')}`,
    "style-src 'self'",
    // Pictures may be sent on to a bucket; those being written are blobs.
    "img-src 'self' blob: data: https:",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
