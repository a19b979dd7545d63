import '../kit/client.ts';
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

const { forgetPages, knownPages, Pages, pagesOf, takeUpLater } =
  await import('#lib/state/pages.svelte.ts');

const entries = (...ids: number[]) => ids.map((id) => ({ id: String(id) }));
const idsOf = (pages: { readonly items: readonly { readonly id: string }[] }) =>
  pages.items.map(({ id }) => Number(id));

/** A server that has entries 1 to `count`, newest first, in pages of ten. */
function server(count: number) {
  const state = { newest: count, calls: 0, isDown: false };
  const read = async (cursor: string | undefined) => {
    state.calls += 1;
    if (state.isDown) throw new TypeError('network');
    const from = cursor === undefined ? state.newest : Number(cursor) - 1;
    const ids = Array.from({ length: Math.min(10, from) }, (_, i) => from - i);
    const last = ids.at(-1) ?? 1;
    return { items: entries(...ids), next: last > 1 ? String(last) : undefined };
  };
  const readNewer = async (sinceId: string) => {
    const ids: number[] = [];
    for (let id = state.newest; id > Number(sinceId) && ids.length < 4; id -= 1) ids.push(id);
    return { items: entries(...ids), hasGap: ids.length === 4 };
  };
  return { state, read, readNewer };
}

describe('Pages', () => {
  it('reads page by page to the end', async () => {
    const pages = new Pages(server(25).read);
    await pages.more();
    assert.deepEqual(idsOf(pages), [25, 24, 23, 22, 21, 20, 19, 18, 17, 16]);
    assert.equal(pages.state, 'idle');
    await pages.more();
    await pages.more();
    assert.equal(idsOf(pages).length, 25);
    assert.equal(pages.state, 'done');
    await pages.more();
    assert.equal(idsOf(pages).length, 25);
  });

  it('shows a page in parts, and no more of it once the list begins anew', async () => {
    const { read, state } = server(10);
    const pages = new Pages(read);
    const whole = pages.more();
    while (pages.items.length === 0) await Promise.resolve();
    assert.deepEqual(idsOf(pages), [10, 9, 8, 7, 6]);
    state.newest = 3;
    await Promise.all([whole, pages.restart()]);
    assert.deepEqual(idsOf(pages), [3, 2, 1]);
  });

  it('is empty only once the server has said so', async () => {
    const pages = new Pages(async () => ({ items: [], next: undefined }));
    assert.equal(pages.isEmpty, false);
    await pages.more();
    assert.equal(pages.isEmpty, true);
  });

  it('keeps what it has when a page fails, and goes on from there', async () => {
    const { state, read } = server(15);
    const pages = new Pages(read);
    await pages.more();
    state.isDown = true;
    await pages.more();
    assert.equal(pages.state, 'failed');
    assert.ok(pages.error instanceof TypeError);
    assert.equal(idsOf(pages).length, 10);
    state.isDown = false;
    await pages.more();
    assert.equal(idsOf(pages).length, 15);
  });

  it('shows nothing twice when entries move into the next page', async () => {
    let page = 0;
    const pages = new Pages(async () => {
      page += 1;
      return page === 1
        ? { items: entries(3, 2), next: '2' }
        : { items: entries(2, 1), next: undefined };
    });
    await pages.more();
    await pages.more();
    assert.deepEqual(idsOf(pages), [3, 2, 1]);
  });

  it('has newer ones wait until they are asked for', async () => {
    const { state, read, readNewer } = server(5);
    const pages = new Pages(read, readNewer);
    await pages.more();
    state.newest = 7;
    await pages.lookForNewer();
    await pages.lookForNewer();
    assert.deepEqual(idsOf(pages), [5, 4, 3, 2, 1]);
    assert.equal(pages.waiting.length, 2);
    pages.showWaiting();
    assert.deepEqual(idsOf(pages), [7, 6, 5, 4, 3, 2, 1]);
    assert.equal(pages.waiting.length, 0);
  });

  it('begins anew when more has come than the server tells at once', async () => {
    const { state, read, readNewer } = server(5);
    const pages = new Pages(read, readNewer);
    await pages.more();
    state.newest = 30;
    await pages.lookForNewer();
    pages.showWaiting();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(idsOf(pages), [30, 29, 28, 27, 26, 25, 24, 23, 22, 21]);
    assert.equal(pages.state, 'idle');
  });

  it('takes what arrives once, and only when it has begun', async () => {
    const pages = new Pages(server(3).read);
    pages.arrived({ id: '9' });
    assert.equal(pages.waiting.length, 0);
    await pages.more();
    pages.arrived({ id: '9' });
    pages.arrived({ id: '9' });
    pages.arrived({ id: '3' });
    assert.deepEqual(
      pages.waiting.map(({ id }) => id),
      ['9'],
    );
  });

  it('never moves an entry into another group', async () => {
    const { state, read, readNewer } = server(25);
    const pages = new Pages(read, readNewer);
    await pages.more();
    await pages.more();
    const [first, second] = pages.groups;
    state.newest = 26;
    await pages.lookForNewer();
    pages.showWaiting();
    pages.addOnTop({ id: '99' });
    pages.remove('24');
    assert.deepEqual(idsOf(pages).slice(0, 4), [99, 26, 25, 23]);
    assert.equal(pages.groups[2]?.key, first?.key);
    assert.equal(pages.groups[3], second);
  });

  it('keeps what is there until it has been read anew', async () => {
    const { state, read } = server(3);
    const pages = new Pages(read);
    await pages.more();
    state.newest = 4;
    const restarted = pages.restart();
    assert.deepEqual(idsOf(pages), [3, 2, 1]);
    await restarted;
    assert.deepEqual(idsOf(pages), [4, 3, 2, 1]);
  });

  it('does not take a late answer of a reading that is over', async () => {
    const answers: ((page: { items: { id: string }[]; next: undefined }) => void)[] = [];
    const pages = new Pages(
      () => new Promise<{ items: { id: string }[]; next: undefined }>((done) => answers.push(done)),
    );
    const early = pages.more();
    const late = pages.restart();
    answers[1]?.({ items: entries(2), next: undefined });
    answers[0]?.({ items: entries(1), next: undefined });
    await Promise.all([early, late]);
    assert.deepEqual(idsOf(pages), [2]);
  });
});

describe('a snapshot', () => {
  it('brings a list back: entries, heights, and where it goes on', async () => {
    const { read } = server(25);
    const pages = new Pages(read);
    await pages.more();
    const [group] = pages.groups;
    pages.heights.set(`${group?.key}/${group?.items.length}`, 1234);
    const back = new Pages(read);
    back.takeUp(JSON.parse(JSON.stringify(pages.snapshot(400))));
    assert.deepEqual(idsOf(back), idsOf(pages));
    assert.deepEqual([...back.heights.values()], [1234]);
    await back.more();
    assert.equal(idsOf(back).at(-1), 6);
  });

  it('of a long list goes on where it was cut', async () => {
    const { read } = server(45);
    const pages = new Pages(read);
    for (let i = 0; i < 4; i += 1) await pages.more();
    const back = new Pages(read);
    back.takeUp(pages.snapshot(25));
    assert.equal(idsOf(back).length, 20);
    await back.more();
    assert.equal(idsOf(back).at(-1), 16);
  });

  it('waits for its list to be looked at', () => {
    takeUpLater('somebody', { groups: [{ items: entries(2, 1) }], next: undefined });
    assert.equal(knownPages('somebody'), undefined);
    assert.deepEqual(idsOf(pagesOf('somebody', server(9).read)), [2, 1]);
    forgetPages();
    assert.deepEqual(idsOf(pagesOf('somebody', server(9).read)), []);
  });
});

describe('lists by name', () => {
  it('are the same for who comes back, and few', () => {
    forgetPages();
    const { read } = server(1);
    const first = pagesOf('1', read);
    for (let i = 2; i < 20; i += 1) {
      pagesOf(String(i), read);
      assert.equal(pagesOf('1', read), first);
    }
    assert.equal(knownPages('2'), undefined);
    assert.ok(knownPages('19'));
  });
});
