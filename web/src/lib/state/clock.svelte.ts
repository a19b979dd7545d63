/** The time, for everything that ages on the page; it ticks twice a minute. */
const TICK_MS = 30_000;

let now = $state(Date.now());
if (typeof window !== 'undefined') setInterval(() => (now = Date.now()), TICK_MS);

/** Epoch milliseconds. */
export const currentTime = (): number => now;
