/** Sends a form once at a time, and knows what to say about it. */
import { explain } from '#lib/api/errors.ts';
import { session } from './session.svelte.ts';

export class FormState {
  isSending = $state(false);
  error = $state('');
  done = $state('');

  /** @param done what to say when it has worked */
  async send(work: () => Promise<unknown>, done = ''): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.error = '';
    this.done = '';
    try {
      await work();
      this.done = done;
    } catch (error) {
      if (!session.noteExpired(error)) this.error = explain(error);
    } finally {
      this.isSending = false;
    }
  }
}
