import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 5;

/** Waits until `condition` holds; a condition that throws does not hold. The test's limit ends it. */
export async function until(condition: () => unknown): Promise<void> {
  for (;;) {
    try {
      if (await condition()) return;
    } catch {
      // Not yet.
    }
    await sleep(POLL_MS);
  }
}
