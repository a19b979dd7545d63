/**
 * What `npm run bench-web` measures in the browser; says it as JSON. A real server, warmed by the first
 * loads, on the same machine; Chromium with its CPU slowed down.
 *
 * `node speed.ts <rounds> <tweets>`
 */
import { type Browser, chromium, type Page } from '@playwright/test';
import { CHROMIUM, openContext } from './kit/browser.ts';
import { join, type Person, type Server, startServer, tweet } from './kit/server.ts';
import { weigh, type Weight } from './kit/weight.ts';

const SLOWED = 4;
const WARM_UP = 2;
const AT_ONCE = 16;

/** All times in milliseconds. */
export interface Speed {
  readonly weight: Weight;
  /** From the navigation's start until the timeline has been painted: the browser has nothing yet. */
  readonly first: readonly number[];
  /** The same when it has been there before. */
  readonly again: readonly number[];
  /** Of tasks longer than 50 ms, while thousands of tweets were scrolled past. */
  readonly longTasks: { readonly slowed: readonly number[]; readonly full: readonly number[] };
}

async function tweetMany({ url }: Server, as: Person, count: number): Promise<void> {
  for (let i = 0; i < count; i += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, count - i) }, (_, j) =>
      tweet(
        url,
        as,
        `${i + j}: 오늘은 오래된 골목을 걸었습니다. #산책 with @ada, and some more words`,
      ),
    );
    await Promise.all(some);
  }
}

async function openSlowed(
  browser: Browser,
  { url }: Server,
  person: Person,
  rate = SLOWED,
): Promise<Page> {
  const context = await openContext(browser, { url, person, language: 'ko' });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate });
  return page;
}

async function weighHome(browser: Browser, server: Server, person: Person): Promise<Weight> {
  const page = await openSlowed(browser, server, person);
  const weight = weigh(page);
  await page.goto('/home');
  await page.locator('article[data-tweet]').first().waitFor();
  const found = weight();
  await page.context().close();
  return found;
}

/** Notes when the first tweet has been painted: in the frame after the one in which it is there. */
const NOTE_PAINT = `window.paintedAt = new Promise((tell) => {
  const look = () => document.querySelector('article[data-tweet]')
    ? requestAnimationFrame(() => tell(performance.now()))
    : requestAnimationFrame(look);
  look();
})`;

async function openTwice(browser: Browser, server: Server, person: Person) {
  const page = await openSlowed(browser, server, person);
  await page.addInitScript(NOTE_PAINT);
  const times = { first: 0, again: 0 };
  for (const which of ['first', 'again'] as const) {
    await page.goto('/home');
    times[which] = await page.evaluate<number>('window.paintedAt');
    await page.goto('about:blank');
  }
  await page.context().close();
  return times;
}

const NOTE_LONG_TASKS = `(() => {
  window.longTasks = [];
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longTasks.push(Math.round(duration));
  }).observe({ type: 'longtask' });
})()`;

/**
 * Turns the wheel, a good part of a screen at a time, until the oldest tweet is there.
 *
 * @param rate how many times slower the CPU is
 * @returns the long tasks on the way
 */
async function scrollThrough(
  browser: Browser,
  server: Server,
  person: Person,
  rate: number,
): Promise<number[]> {
  const page = await openSlowed(browser, server, person, rate);
  await page.goto('/home');
  await page.locator('article[data-tweet]').first().waitFor();
  await page.waitForLoadState('networkidle');
  await page.evaluate(NOTE_LONG_TASKS);
  await page.mouse.move(600, 400);
  const oldest = page.getByText(/^0: /);
  while (!(await oldest.isVisible())) await page.mouse.wheel(0, 500);
  const longTasks = await page.evaluate<number[]>('window.longTasks');
  await page.context().close();
  return longTasks;
}

const [rounds = 9, tweets = 2000] = process.argv.slice(2).map(Number);
const server = await startServer();
const browser = await chromium.launch(CHROMIUM);
try {
  const ada = await join(server.url, 'Ada', 'ada');
  await tweetMany(server, ada, tweets);
  const weight = await weighHome(browser, server, ada);
  const first: number[] = [];
  const again: number[] = [];
  for (let round = -WARM_UP; round < rounds; round += 1) {
    const times = await openTwice(browser, server, ada);
    if (round < 0) continue;
    first.push(times.first);
    again.push(times.again);
  }
  const longTasks = {
    full: await scrollThrough(browser, server, ada, 1),
    slowed: await scrollThrough(browser, server, ada, SLOWED),
  };
  const speed: Speed = { weight, first, again, longTasks };
  console.log(JSON.stringify(speed));
} finally {
  await browser.close();
  await server.stop();
}
