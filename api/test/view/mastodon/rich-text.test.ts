import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { html } from '../../../src/view/mastodon/rich-text.ts';

const SITE = { url: 'https://minitter.example' };
const shown = (text: string) => html(text, { ...SITE, usernames: new Map([['ada', 'Ada']]) });

describe('text as HTML', () => {
  const EXAMPLES: Readonly<Record<string, string>> = {
    '': '',
    Hello: '<p>Hello</p>',
    'one\ntwo\n\nthree\r\n\r\nfour': '<p>one<br />two</p><p>three</p><p>four</p>',
    '<script>alert("1" & \'2\')</script>':
      '<p>&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;</p>',
    '@ada @nobody @ada@elsewhere.example':
      '<p><span class="h-card" translate="no"><a href="https://minitter.example/@Ada" ' +
      'class="u-url mention">@<span>Ada</span></a></span> @nobody @ada@elsewhere.example</p>',
    '#한글':
      '<p><a href="https://minitter.example/tags/%ED%95%9C%EA%B8%80" class="mention hashtag" ' +
      'rel="tag">#<span>한글</span></a></p>',
    'https://www.example.com/':
      '<p><a href="https://www.example.com/" target="_blank" rel="nofollow noopener" ' +
      'translate="no"><span class="invisible">https://www.</span>' +
      '<span class="">example.com/</span><span class="invisible"></span></a></p>',
    'https://example.com/a/path/that/is/long/indeed?x="><img>':
      '<p><a href="https://example.com/a/path/that/is/long/indeed?x=" target="_blank" ' +
      'rel="nofollow noopener" translate="no"><span class="invisible">https://</span>' +
      '<span class="ellipsis">example.com/a/path/that/is/lon</span>' +
      '<span class="invisible">g/indeed?x=</span></a>&quot;&gt;&lt;img&gt;</p>',
  };
  for (const [text, expected] of Object.entries(EXAMPLES)) {
    test(JSON.stringify(text), () => assert.equal(shown(text), expected));
  }
});
