/** Sends what was written: it shows at once, and goes away again when the server refuses. */
import { api, type Status } from '#lib/api/client.ts';
import type { Draft } from './draft.svelte.ts';
import { knownPages } from './pages.svelte.ts';
import { session } from './session.svelte.ts';
import { forgetTweet } from './tweet-actions.ts';
import { keepTweet, patchTweet, tweetOf } from './tweets.svelte.ts';

/** Such ids are those of tweets that the server does not have yet. */
const PENDING = 'pending-';
export const isPending = (id: string): boolean => id.startsWith(PENDING);

let underway = 0;
/** Whether the server has been sent a tweet and has not answered. */
export const isPosting = (): boolean => underway > 0;

/**
 * Sends a draft, once, however often it is tried.
 *
 * @param key names this attempt and its repetitions
 * @throws what the server says against it
 */
export async function postTweet(draft: Draft, key: string): Promise<Status> {
  const { task } = draft;
  if (task.kind === 'edit') return saveEdit(draft, task.of.id);
  const parent = task.kind === 'reply' ? task.to : undefined;
  const provisional = provisionalTweet(draft, key, parent);
  if (provisional) show(provisional, parent);
  underway += 1;
  try {
    const params = {
      ...wordsOf(draft),
      visibility: draft.visibility,
      ...(parent ? { inReplyToId: parent.id } : {}),
    };
    const headers = new Headers({ 'idempotency-key': key });
    const status = await api().v1.statuses.create(params, { requestInit: { headers } });
    if (provisional) forgetTweet(provisional.id);
    show(status, parent);
    countAnswer(parent);
    return status;
  } catch (error) {
    if (provisional) forgetTweet(provisional.id);
    throw error;
  } finally {
    underway -= 1;
  }
}

const wordsOf = (draft: Draft) => ({
  status: draft.text,
  spoilerText: draft.hasWarning ? draft.warning : '',
  sensitive: draft.hasWarning,
  language: draft.language || null,
  mediaIds: draft.media.map(({ id }) => id),
});

async function saveEdit(draft: Draft, id: string): Promise<Status> {
  const mediaAttributes = draft.uploads.flatMap(({ media, description }) =>
    media ? { id: media.id, description } : [],
  );
  const params = { ...wordsOf(draft), mediaAttributes };
  const status = await api().v1.statuses.$select(id).update(params);
  keepTweet(status);
  return status;
}

/** How it will look, as far as one can know. */
function provisionalTweet(draft: Draft, key: string, parent?: Status): Status | undefined {
  const { me } = session;
  if (!me) return undefined;
  return {
    id: PENDING + key,
    uri: '',
    url: '',
    createdAt: new Date().toISOString(),
    account: me,
    content: asHtml(draft.text),
    visibility: draft.visibility,
    sensitive: false,
    spoilerText: draft.hasWarning ? draft.warning : '',
    mediaAttachments: draft.media,
    mentions: [],
    tags: [],
    emojis: [],
    reblogsCount: 0,
    favouritesCount: 0,
    repliesCount: 0,
    inReplyToId: parent?.id ?? null,
    inReplyToAccountId: parent?.account.id ?? null,
    language: draft.language,
    reblog: null,
  } as unknown as Status;
}

function asHtml(text: string): string {
  const holder = document.createElement('p');
  holder.textContent = text;
  return holder.innerHTML.replaceAll('\n', '<br>');
}

function countAnswer(parent: Status | undefined): void {
  if (!parent) return;
  const { repliesCount } = tweetOf(parent.id) ?? parent;
  patchTweet(parent.id, { repliesCount: repliesCount + 1 });
}

/** On top of every timeline that it belongs to. */
function show(status: Status, parent: Status | undefined): void {
  keepTweet(status);
  const line = { id: status.id };
  knownPages('home')?.addOnTop(line);
  if (status.visibility === 'public' && !parent) knownPages('public')?.addOnTop(line);
  knownPages(`account/${status.account.id}/${parent ? 'replies' : 'tweets'}`)?.addOnTop(line);
  if (parent) knownPages(`answers/${parent.id}`)?.addOnTop(line);
}
