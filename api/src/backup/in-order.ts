/**
 * Runs `work` on each item, a few at once, and gives the results in the order of the items.
 *
 * @param atOnce how many are under way at most
 */
export async function* inOrder<T, R>(
  items: Iterable<T>,
  atOnce: number,
  work: (item: T) => Promise<R>,
): AsyncGenerator<R> {
  const underWay: Promise<R>[] = [];
  try {
    for (const item of items) {
      underWay.push(work(item));
      if (underWay.length >= atOnce) yield (await underWay.shift()) as R;
    }
    while (underWay.length > 0) yield (await underWay.shift()) as R;
  } finally {
    // What failed has been thrown already; of the others nobody shall hear.
    await Promise.allSettled(underWay);
  }
}
