/** What the person is about to write, wherever on the page he began. */
import { api, type Status } from '#lib/api/client.ts';
import { complain } from './toasts.svelte.ts';

/** What the dialog for writing is open for. */
export type Task =
  | { readonly kind: 'new'; readonly text?: string }
  | { readonly kind: 'reply'; readonly to: Status }
  | { readonly kind: 'edit'; readonly of: Status; readonly text: string };

class Writing {
  task = $state.raw<Task>();

  begin(text?: string): void {
    this.task = { kind: 'new', ...(text === undefined ? {} : { text }) };
  }

  replyTo(to: Status): void {
    this.task = { kind: 'reply', to };
  }

  /** The server keeps the words as they were typed. */
  async edit(of: Status): Promise<void> {
    try {
      const { text } = await api().v1.statuses.$select(of.id).source.fetch();
      this.task = { kind: 'edit', of, text };
    } catch (error) {
      complain(error);
    }
  }

  end(): void {
    this.task = undefined;
  }
}

export const writing = new Writing();
