/** Pictures in tweets: uploaded first, then put into a tweet, or gone after a day. */
import type { Store, Tx } from '../model/database.ts';
import type { DoomedObjectDao } from '../model/doomed-objects.ts';
import type { Media, MediaDao, MediaPatch } from '../model/media.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import { MEDIA_DESCRIPTION_MAX, MEDIA_WAITING_MAX, MEDIA_WAITS_MS } from './limits.ts';
import type { Clock, Log, PictureProcessor, SafeMedia } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { StoredFiles } from './stored-files.ts';
import { codePoints, storableText } from './text.ts';
import type { Uploads } from './uploads.ts';

export type { Media };

/** What its owner says about a picture; what is left out stays as it is. */
export interface MediaWords {
  /** For those who do not see it. */
  readonly description?: string | undefined;
  /** The point to keep in view when it is cropped: `x,y`, each from -1 to 1. */
  readonly focus?: string | undefined;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly media: MediaDao;
  readonly doomed: DoomedObjectDao;
  readonly files: StoredFiles;
  readonly uploads: Uploads;
  readonly processor: PictureProcessor;
  readonly now: Clock;
  readonly log: Log;
}

const MIDDLE = '0,0';
/** Rows in one unit of work. */
const SWEEP_STEP = 100;

export class MediaService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Keeps an uploaded picture for a tweet to come.
   *
   * @throws {DomainError} `media_unsupported`, `picture_broken`, `picture_too_many_pixels`, `busy`,
   *   `media_description_too_long`, `media_focus_invalid`, `text_invalid`, `media_too_many_waiting`,
   *   `token_invalid` when the user has gone
   */
  async add(viewer: Viewer, upload: Uint8Array, words: MediaWords = {}): Promise<Media> {
    const { files, uploads, processor, media } = this.#deps;
    const said = { description: '', focus: MIDDLE, ...mediaPatch(words) };
    const made = await uploads.decode(() => processor.makeMedia(upload));
    const id = await files.add(viewer.userId, [made.picture, made.preview], (tx, objects) =>
      this.#insert(tx, viewer, made, objects, said),
    );
    return existing(await media.find(id));
  }

  /** One of the viewer's own. @throws {DomainError} `media_not_found` */
  async find({ userId }: Viewer, id: number): Promise<Media> {
    return existing(await this.#deps.media.find(id), userId);
  }

  /**
   * Changes what is said about a picture that waits for its tweet; afterwards the tweet is edited.
   *
   * @throws {DomainError} `media_not_found`, `media_in_use`, and those about words of {@link add}
   */
  async describe(viewer: Viewer, id: number, words: MediaWords): Promise<Media> {
    const { store, media } = this.#deps;
    const patch = mediaPatch(words);
    return store.write(async (tx) => {
      const found = await this.#lockWaiting(tx, viewer, id);
      if (Object.keys(patch).length > 0) await media.update(tx, id, patch);
      return { ...found, ...patch };
    });
  }

  /** Deletes a picture that waits for its tweet. @throws {DomainError} `media_not_found`, `media_in_use` */
  async delete(viewer: Viewer, id: number): Promise<void> {
    const { store, files } = this.#deps;
    await store.write(async (tx) =>
      discardMedia(tx, this.#deps, [await this.#lockWaiting(tx, viewer, id)]),
    );
    await files.sweepSome();
  }

  /** Deletes those that no tweet has taken in time. What fails is tried again later. */
  async sweep(): Promise<void> {
    const { store, media, log, now } = this.#deps;
    const step = async (tx: Tx) => {
      const expired = await media.lockExpired(tx, now(), SWEEP_STEP);
      await discardMedia(tx, this.#deps, expired);
      return expired.length;
    };
    try {
      while ((await store.write(step)) === SWEEP_STEP);
    } catch (error) {
      log.warn({ err: error }, 'pictures that no tweet has could not be deleted yet');
    }
  }

  async #insert(
    tx: Tx,
    { userId }: Viewer,
    { picture, preview, blurhash }: SafeMedia,
    [pictureObject = '', previewObject = '']: readonly string[],
    said: Required<MediaPatch>,
  ): Promise<number> {
    const { users, media, now } = this.#deps;
    // Locked, so that his uploads are counted one by one and none comes after he was deleted.
    if (!(await users.lock(tx, userId))) throw new DomainError('token_invalid');
    if ((await media.countWaiting(tx, userId)) >= MEDIA_WAITING_MAX) {
      throw new DomainError('media_too_many_waiting');
    }
    return media.insert(tx, {
      ...said,
      user_id: userId,
      kind: 'image',
      picture: pictureObject,
      preview: previewObject,
      width: picture.width,
      height: picture.height,
      preview_width: preview.width,
      preview_height: preview.height,
      blurhash,
      created_at: now(),
      expires_at: now() + MEDIA_WAITS_MS,
    });
  }

  async #lockWaiting(tx: Tx, { userId }: Viewer, id: number): Promise<Media> {
    const found = existing(await this.#deps.media.lock(tx, id), userId);
    if (found.tweet_id !== null) throw new DomainError('media_in_use');
    return found;
  }
}

/** Deletes rows, and has their files deleted once that is stored. */
export async function discardMedia(
  tx: Tx,
  { media, doomed, now }: Pick<Dependencies, 'media' | 'doomed' | 'now'>,
  rows: readonly Media[],
): Promise<void> {
  for (const { picture, preview } of rows) {
    await doomed.doom(tx, picture, now());
    await doomed.doom(tx, preview, now());
  }
  await media.delete(
    tx,
    rows.map(({ id }) => id),
  );
}

function existing(media: Media | undefined, userId = media?.user_id): Media {
  if (!media || media.user_id !== userId) throw new DomainError('media_not_found');
  return media;
}

/**
 * What is stored of what somebody says about a picture.
 *
 * @throws {DomainError} `media_description_too_long`, `media_focus_invalid`, `text_invalid`
 */
export function mediaPatch({ description, focus }: MediaWords): MediaPatch {
  return {
    ...(description !== undefined && { description: descriptionText(description) }),
    ...(focus !== undefined && { focus: focusText(focus) }),
  };
}

function descriptionText(text: string): string {
  const description = storableText(text).trim();
  if (codePoints(description) > MEDIA_DESCRIPTION_MAX) {
    throw new DomainError('media_description_too_long');
  }
  return description;
}

const NUMBER = '[+-]?(?:\\d{1,3}(?:\\.\\d{0,30})?|\\.\\d{1,30})';
const FOCUS = new RegExp(`^\\s*(${NUMBER})\\s*,\\s*(${NUMBER})\\s*$`);

function focusText(text: string): string {
  const match = FOCUS.exec(text);
  const numbers = match?.slice(1).map(Number) ?? [];
  if (numbers.length !== 2 || numbers.some((number) => Math.abs(number) > 1)) {
    throw new DomainError('media_focus_invalid');
  }
  // Four digits are finer than any pixel; -0 is 0.
  return numbers.map((number) => Math.round(number * 10_000) / 10_000 + 0).join();
}
