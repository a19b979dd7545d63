/** What every server of the benchmarks answers to the process that has started it. */
import type { Vitals } from '../kit/server.ts';

export interface Told {
  readonly url: string;
  readonly timelines?: () => Vitals['timelines'];
  readonly setPrebuilt?: (bytes: number) => void;
}

type Question = { readonly ask: 'vitals' } | { readonly ask: 'prebuilt'; readonly bytes: number };

export function report({ url, timelines, setPrebuilt }: Told): void {
  process.on('message', (question: Question) => {
    if (question.ask === 'prebuilt') {
      setPrebuilt?.(question.bytes);
      process.send?.({});
      return;
    }
    const { user, system } = process.cpuUsage();
    const { rss, heapUsed, heapTotal, arrayBuffers } = process.memoryUsage();
    process.send?.({
      rss,
      heapUsed,
      heapTotal,
      arrayBuffers,
      cpuMs: (user + system) / 1000,
      timelines: timelines?.(),
    } satisfies Vitals);
  });
  process.on('disconnect', () => process.exit());
  process.send?.({ url });
}
