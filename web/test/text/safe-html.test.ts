import '../kit/client.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

const { plainText, safeHtml } = await import('#lib/text/safe-html.ts');

describe('safeHtml', () => {
  it('leaves what tweets are made of', () => {
    const html = '<p>안녕 <span class="h-card" translate="no">x</span><br>y</p>';
    assert.equal(safeHtml(html), html);
  });

  it('makes links to this site ones of the app, and opens others elsewhere', () => {
    assert.equal(
      safeHtml('<a href="https://minitter.example/@ada?x=1#y" class="mention evil">@ada</a>'),
      '<a class="mention" href="/@ada?x=1#y">@ada</a>',
    );
    assert.equal(
      safeHtml('<a href="https://example.com/">e</a>'),
      '<a href="https://example.com/" target="_blank" rel="nofollow noopener noreferrer">e</a>',
    );
  });

  const attacks: readonly [what: string, html: string, safe: string][] = [
    ['scripts', 'a<script>alert(1)</script>b', 'ab'],
    ['handlers', '<p onclick="alert(1)">a</p>', '<p>a</p>'],
    ['pictures', 'a<img src=x onerror=alert(1)>b', 'ab'],
    ['script addresses', '<a href="javascript:alert(1)">a</a>', '<a>a</a>'],
    ['hidden script addresses', '<a href=" java\nscript:alert(1)">a</a>', '<a>a</a>'],
    ['data addresses', '<a href="data:text/html,x">a</a>', '<a>a</a>'],
    ['styles', '<style>*{}</style><p style="color:red">a</p>', '<p>a</p>'],
    ['frames', '<iframe src="https://example.com/"></iframe>a', 'a'],
    ['foreign content', '<svg><a href="/x"><text>s</text></a></svg>a', 'a'],
    [
      'mutations',
      '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>a',
      'a',
    ],
    ['templates', '<template><script>alert(1)</script></template>a', 'a'],
    ['comments', 'a<!-- <script>alert(1)</script> -->b', 'ab'],
    ['forms', '<form action="/x"><input name=a><button>b</button></form>', 'b'],
    ['unknown elements', '<minitter-x>a</minitter-x>', 'a'],
  ];
  for (const [what, html, safe] of attacks) {
    it(`does without ${what}`, () => assert.equal(safeHtml(html), safe));
  }

  it('is safe once more when it is made safe again', () => {
    for (const [, html] of attacks) assert.equal(safeHtml(safeHtml(html)), safeHtml(html));
  });

  it('leaves no markup where text is escaped', () => {
    assert.equal(
      safeHtml('<p>&lt;img src=x onerror=alert(1)&gt;</p>'),
      '<p>&lt;img src=x onerror=alert(1)&gt;</p>',
    );
  });
});

describe('plainText', () => {
  it('has the words, each line on its own', () => {
    assert.equal(plainText('<p>one<br>two</p><p>three &amp; four</p>'), 'one\ntwo\nthree & four');
  });
});
