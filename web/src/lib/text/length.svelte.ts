/**
 * How long what is being written is. To count as people do takes tables that weigh more than all else on a
 * page that one only reads: they are loaded when somebody begins to write.
 */
import type { tweetLength } from './count.ts';

let exact = $state.raw<typeof tweetLength>();

/** To be called when somebody begins to write. */
export async function loadCounter(): Promise<void> {
  if (exact) return;
  try {
    const loaded = await import('./count.ts');
    exact = loaded.tweetLength;
  } catch {
    // Without a connection, what stands below is counted on.
  }
}

/** As `tweetLength` of `count.ts`; until that is loaded in code points, which are never fewer. */
export const lengthOf = (text: string, warning: string): number =>
  exact ? exact(text, warning) : codePoints(text, warning);

function codePoints(text: string, warning: string): number {
  const trimmed = warning.trim();
  const whole = trimmed === '' ? text : `${trimmed}\n${text}`;
  return Array.from(whole.normalize('NFC')).length;
}
