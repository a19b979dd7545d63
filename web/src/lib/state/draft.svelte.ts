/** A tweet being written; what is typed is kept in this browser until it is sent or thrown away. */
import type { Media, Status, Visibility } from '#lib/api/client.ts';
import { lengthOf } from '#lib/text/length.svelte.ts';
import { TWEET_MAX } from '#lib/text/limits.ts';
import { session } from './session.svelte.ts';
import { rememberedJson, rememberJson } from './storage.ts';
import { Upload } from './upload.svelte.ts';
import type { Task } from './writing.svelte.ts';

interface Kept {
  readonly text: string;
  readonly warning: string;
  readonly hasWarning: boolean;
  readonly visibility: Visibility;
  /** Pictures that the server has, and keeps for a day. */
  readonly media?: readonly Media[];
  /** Epoch milliseconds. */
  readonly keptAt: number;
}

/** So long the server keeps a picture that no tweet has; a little less. */
const MEDIA_KEPT_MS = 23 * 3_600_000;

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
    return TWEET_MAX - lengthOf(this.text, this.hasWarning ? this.warning : '');
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
    const { text, warning, hasWarning, visibility, media } = this;
    const kept: Kept = { text, warning, hasWarning, visibility, media, keptAt: Date.now() };
    rememberJson(this.#key, this.#hasChanged() ? kept : undefined);
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
    const source = sourceOf(task);
    this.text = this.#atFirst();
    this.visibility = source?.visibility ?? session.me?.source?.privacy ?? 'public';
    this.warning = source?.spoilerText ?? '';
    this.hasWarning = this.warning !== '';
    if (task.kind === 'edit') {
      this.uploads = task.of.mediaAttachments.map((media) => Upload.done(media));
    }
    const kept = rememberedJson(this.#key) as Kept | undefined;
    if (kept) this.#takeUp(kept);
  }

  #takeUp({ media = [], keptAt, ...rest }: Kept): void {
    Object.assign(this, rest);
    const isThere = this.task.kind !== 'edit' && Date.now() - keptAt < MEDIA_KEPT_MS;
    if (isThere) this.uploads = media.map((one) => Upload.done(one));
  }

  #hasChanged(): boolean {
    const hasPictures = this.task.kind !== 'edit' && this.uploads.length > 0;
    const warning = sourceOf(this.task)?.spoilerText ?? '';
    return hasPictures || this.text !== this.#atFirst() || this.warning !== warning;
  }

  #atFirst(): string {
    const { task } = this;
    if (task.kind === 'reply') return mentionsIn(task.to);
    return task.kind === 'edit' ? task.text : (task.text ?? '');
  }
}

/** The tweet that is answered or changed. */
function sourceOf(task: Task): Status | undefined {
  if (task.kind === 'reply') return task.to;
  return task.kind === 'edit' ? task.of : undefined;
}

/** Whoever takes part in the conversation is addressed. */
function mentionsIn(status: Status): string {
  const names = [status.account.acct, ...status.mentions.map(({ acct }) => acct)];
  const others = new Set(names.filter((name) => name !== session.me?.acct));
  return [...others].map((name) => `@${name} `).join('');
}

function keyOf(task: Task): string {
  return `minitter.draft.${session.me?.id ?? ''}.${purposeOf(task)}`;
}

function purposeOf(task: Task): string {
  if (task.kind === 'reply') return task.to.id;
  return task.kind === 'edit' ? `edit-${task.of.id}` : (task.text ?? '');
}

const drafts = new Map<string, Draft>();

/** The one draft for this: wherever it is written at, it is the same. @param language what it is in, to begin with */
export function draftFor(task: Task, language: string): Draft {
  const key = keyOf(task);
  const draft = drafts.get(key) ?? new Draft(task, language);
  if (task.kind === 'new') drafts.set(key, draft);
  return draft;
}
