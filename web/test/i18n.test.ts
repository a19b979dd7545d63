/** Both languages are whole: nothing is missing, nothing is left over, and Korean is Korean. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { en } from '#lib/i18n/en.ts';
import { ko } from '#lib/i18n/ko.ts';

type Words = Readonly<Record<string, unknown>>;
const src = path.join(import.meta.dirname, '../src');
/** These are the same in every language. */
const NAMES = new Set(['appName', 'aboutApi', 'tagTitle']);

/** What a message says. */
function textOf(message: unknown): string {
  if (typeof message !== 'function') return String(message);
  const argument = /^\(?n\b|percent/.test(String(message)) ? 7 : 'x';
  return (message as (...values: readonly unknown[]) => string)(argument, 7);
}

function sourcesOf(): string {
  const files = globSync('**/*.{svelte,ts}', { cwd: src }).filter(
    (name) => !/i18n\/\w\w\.ts/.test(name),
  );
  return files.map((name) => readFileSync(path.join(src, name), 'utf8')).join('\n');
}

describe('messages', () => {
  it('have the same keys in both languages', () => {
    assert.deepEqual(Object.keys(ko).toSorted(), Object.keys(en).toSorted());
  });

  it('take the same in both languages', () => {
    for (const [key, message] of Object.entries(en)) {
      assert.equal(typeof (ko as Words)[key], typeof message, key);
    }
  });

  it('are written in the language', () => {
    for (const [key, message] of Object.entries(ko as Words)) {
      const text = textOf(message);
      assert.notEqual(text.trim(), '', key);
      if (!NAMES.has(key)) assert.match(text, /\p{Script=Hangul}/u, `${key}: ${text}`);
    }
    for (const [key, message] of Object.entries(en as Words)) {
      assert.doesNotMatch(textOf(message), /\p{Script=Hangul}|undefined/u, key);
    }
  });

  it('are those that the client asks for, and no others', () => {
    const sources = sourcesOf();
    const asked = new Set(
      [...sources.matchAll(/\b(?:t\(\)|words|t)\.(\w+)/g)].map(([, key]) => key ?? ''),
    );
    const unknown = [...sources.matchAll(/\bt\(\)\.(\w+)/g)].filter(([, key = '']) => !(key in en));
    assert.deepEqual(
      unknown.map(([, key]) => key),
      [],
    );
    // `t()[part]`: a profile's parts are keys.
    const byName = new Set(['followers', 'following']);
    const unused = Object.keys(en).filter((key) => !asked.has(key) && !byName.has(key));
    assert.deepEqual(unused, []);
  });

  it('stand nowhere else: components have no words of their own', () => {
    for (const name of globSync('**/*.svelte', { cwd: src })) {
      const markup = readFileSync(path.join(src, name), 'utf8')
        .replaceAll(/<(script|style)[^>]*>[^]*?<\/\1>/g, '')
        .replaceAll(/<!--[^]*?-->/g, '');
      assert.doesNotMatch(markup, /\p{Script=Hangul}/u, name);
      const worded = [...markup.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)/g)].map(([, text]) => text);
      assert.deepEqual(worded, [], name);
    }
  });
});
