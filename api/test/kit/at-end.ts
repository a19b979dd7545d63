import type { TestContext } from 'node:test';

type Closer = () => unknown;
const closersOf = new WeakMap<TestContext, Closer[]>();

/** Like `t.after`, but in reverse order: what was opened last is closed first. */
export function atEnd(t: TestContext, close: Closer): void {
  const closers = closersOf.get(t);
  if (closers) {
    closers.push(close);
    return;
  }
  const list = [close];
  closersOf.set(t, list);
  t.after(async () => {
    for (const closer of list.toReversed()) await closer();
  });
}
