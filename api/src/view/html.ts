/** Pages of plain HTML: no scripts, nothing from elsewhere. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createHash } from 'node:crypto';
import type { Language } from '../service/errors.ts';
import { addToVary } from './headers.ts';
import { languageOf } from './language.ts';

/** Text that is HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(value: string | number | Html): string {
  if (value instanceof Html) return value.text;
  return String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** HTML with values in it, each escaped unless it is HTML itself. */
export function markup(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Html)[]
): Html {
  const pieces = parts.map((part, i) => {
    const value = values[i];
    return value === undefined ? part : part + escaped(value);
  });
  return new Html(pieces.join(''));
}

/** One piece after the other. */
export function joined(pieces: readonly Html[]): Html {
  return new Html(pieces.map(({ text }) => text).join(''));
}

const STYLE = `
:root { color-scheme: light dark; font: 1.125rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 28rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; }
label, input, button { display: block; }
input:not([type="hidden"]) { box-sizing: border-box; width: 100%; margin: 0.25rem 0 1rem; padding: 0.5rem; font: inherit; }
button { padding: 0.5rem 1.25rem; font: inherit; cursor: pointer; }
[role="alert"] { border-left: 0.25rem solid #c33; padding-left: 0.75rem; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * The policy of a page: only this style may be used, and forms lead nowhere but here.
 *
 * @param formTargets where they lead besides; browsers hold the redirections after a form to it, too
 */
const cspOf = (formTargets: string): string =>
  `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; ` +
  `form-action 'self'${formTargets}; base-uri 'none'; frame-ancestors 'none'`;

/** A whole page. */
export function pageOf(language: Language, title: string, body: Html): string {
  return markup`<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="robots" content="noindex">
<title>${title} · Minitter</title>
<style>${new Html(STYLE)}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

/** Answers with a page. `formTargets` are sources of a policy, separated by spaces. */
export function sendPage(
  reply: FastifyReply,
  status: number,
  text: string,
  formTargets = '',
): FastifyReply {
  addToVary(reply, 'accept-language');
  return reply
    .code(status)
    .header('content-security-policy', cspOf(formTargets === '' ? '' : ` ${formTargets}`))
    .type('text/html; charset=utf-8')
    .send(text);
}

/** The language that a link has chosen by `lang`, or else that of the browser. */
export function pageLanguage(request: FastifyRequest): Language {
  const { lang = '' } = textFields(request.query);
  const chosen = lang.toLowerCase().split('-')[0];
  return chosen === 'en' || chosen === 'ko' ? chosen : languageOf(request.raw);
}

/** What a query or a form has sent, as far as it is text. */
export function textFields(sent: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries((sent ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
