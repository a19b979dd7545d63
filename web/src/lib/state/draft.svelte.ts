/** A tweet being written; what is typed is kept in this browser until it is sent or thrown away. */
import type { Media, Status, Visibility } from '#lib/api/client.ts';
import { tweetLength, TWEET_MAX } from '#lib/text/count.ts';
import { session } from './session.svelte.ts';
import { rememberedJson, rememberJson } from './storage.ts';
import { Upload } from './upload.svelte.ts';
import type { Task } from './writing.svelte.ts';

interface Kept {
  readonly text: string;
  readonly warning: string;
  readonly hasWarning: boolean;
  readonly visibility: Visibility;
}

export const PICTURES_MAX = 4;

export class Draft {
  text = $state('');
  warning = $state('');
  hasWarning = $state(false);
  visibility = $state<Visibility>('public');
  language = $state('');
  uploads = $state<Upload[]>([]);
  readonly task: Task;
  readonly #key: string;

  constructor(task: Task, language: string) {
    this.task = task;
    this.#key = keyOf(task);
    this.language = language;
    this.#begin();
  }

  get left(): number {
    return TWEET_MAX - tweetLength(this.text, this.hasWarning ? this.warning : '');
  }

  get isEmpty(): boolean {
    return this.text.trim() === '' && this.uploads.length === 0;
  }

  get isReady(): boolean {
    const hasAll = this.uploads.every(({ state }) => state === 'done');
    return !this.isEmpty && this.left >= 0 && hasAll;
  }

  get media(): Media[] {
    return this.uploads.flatMap(({ media }) => media ?? []);
  }

  /** Adds pictures. @returns how many had no place */
  add(files: readonly File[]): number {
    const place = PICTURES_MAX - this.uploads.length;
    this.uploads.push(...files.slice(0, place).map((file) => Upload.of(file)));
    return Math.max(0, files.length - place);
  }

  removeUpload(upload: Upload): void {
    upload.cancel();
    this.uploads = this.uploads.filter((one) => one !== upload);
  }

  /** Keeps what has been typed. */
  keep(): void {
    const { text, warning, hasWarning, visibility } = this;
    const kept: Kept = { text, warning, hasWarning, visibility };
    rememberJson(this.#key, text === this.#atFirst() && warning === '' ? undefined : kept);
  }

  /** It has been sent, or is not wanted. */
  discard(): void {
    rememberJson(this.#key, undefined);
    for (const upload of this.uploads) upload.cancel();
    this.uploads = [];
    this.warning = '';
    this.hasWarning = false;
    this.text = this.#atFirst();
  }

  #begin(): void {
    const { task } = this;
    const source = task.kind === 'reply' ? task.to : task.kind === 'edit' ? task.of : undefined;
    this.text = this.#atFirst();
    this.visibility = source?.visibility ?? session.me?.source?.privacy ?? 'public';
    this.warning = source?.spoilerText ?? '';
    this.hasWarning = this.warning !== '';
    if (task.kind === 'edit') {
      this.uploads = task.of.mediaAttachments.map((media) => Upload.done(media));
    }
    const kept = rememberedJson(this.#key) as Kept | undefined;
    if (kept) Object.assign(this, kept);
  }

  #atFirst(): string {
    const { task } = this;
    if (task.kind === 'reply') return mentionsIn(task.to);
    return task.kind === 'edit' ? task.text : (task.text ?? '');
  }
}

/** Whoever takes part in the conversation is addressed. */
function mentionsIn(status: Status): string {
  const names = [status.account.acct, ...status.mentions.map(({ acct }) => acct)];
  const others = new Set(names.filter((name) => name !== session.me?.acct));
  return [...others].map((name) => `@${name} `).join('');
}

function keyOf(task: Task): string {
  const person = session.me?.id ?? '';
  const what =
    task.kind === 'reply' ? task.to.id : task.kind === 'edit' ? `edit-${task.of.id}` : '';
  return `minitter.draft.${person}.${what}`;
}
