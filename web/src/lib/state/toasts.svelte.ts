/** Short words at the edge of the page: what was done, or what went wrong. */
import { explain } from '#lib/api/errors.ts';
import { session } from './session.svelte.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isError: boolean;
}

const SHOWN_MS = 5000;
let last = 0;
let shown = $state.raw<readonly Toast[]>([]);

export const toasts = (): readonly Toast[] => shown;

export function say(text: string, isError = false): void {
  const toast = { id: (last += 1), text, isError };
  shown = [...shown.slice(-2), toast];
  setTimeout(() => dismiss(toast.id), SHOWN_MS);
}

export function dismiss(id: number): void {
  shown = shown.filter((toast) => toast.id !== id);
}

/** Says what went wrong and what to do. */
export function complain(error: unknown): void {
  if (!session.noteExpired(error)) say(explain(error), true);
}
