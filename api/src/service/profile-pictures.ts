/** Pictures of people: the one beside a name, and the wide one above a profile. */
import type { Store, Tx } from '../model/database.ts';
import type { UserDao } from '../model/users.ts';
import { DomainError } from './errors.ts';
import type { Events } from './events.ts';
import { HEADER_SIDE, PICTURE_SIDE } from './limits.ts';
import type { Clock, PictureProcessor } from './ports.ts';
import type { Viewer } from './sessions.ts';
import type { StoredFiles } from './stored-files.ts';
import type { Uploads } from './uploads.ts';
import type { UserService } from './users.ts';

/** Which picture of somebody. */
export type PictureKind = 'profile_picture' | 'header_picture';

/** A stored picture. */
export interface Picture {
  /** Changes whenever the picture does. */
  readonly version: string;
  readonly contentType: string;
  /** An absolute address outside this server, where the store has one. */
  address(): Promise<string | undefined>;
  /** @throws {DomainError} `picture_not_found` when it has just been replaced */
  bytes(): Promise<Uint8Array>;
}

interface Dependencies {
  readonly store: Store;
  readonly users: UserDao;
  readonly userService: UserService;
  readonly files: StoredFiles;
  readonly uploads: Uploads;
  readonly processor: PictureProcessor;
  readonly events: Events;
  readonly now: Clock;
}

/** The longer side, in pixels. */
const SIDES: Readonly<Record<PictureKind, number>> = {
  profile_picture: PICTURE_SIDE,
  header_picture: HEADER_SIDE,
};

export class ProfilePictureService {
  readonly #deps: Dependencies;

  constructor(dependencies: Dependencies) {
    this.#deps = dependencies;
  }

  /**
   * Makes an uploaded file the viewer's picture.
   *
   * @param receive reads the file; it is not called when too many uploads are under way, of all
   *   or of this user
   * @throws {DomainError} as {@link set}
   * @throws whatever `receive` throws
   */
  async replace(viewer: Viewer, receive: () => Promise<Uint8Array>): Promise<void> {
    await this.#deps.uploads.run(viewer.userId, async () =>
      this.set(viewer, 'profile_picture', await receive()),
    );
  }

  /**
   * Makes a file that is here already one of the viewer's pictures.
   *
   * @throws {DomainError} `picture_unsupported`, `picture_broken`, `picture_too_many_pixels`, `busy`,
   *   `token_invalid` when the user has gone
   */
  async set({ userId }: Viewer, kind: PictureKind, upload: Uint8Array): Promise<void> {
    const { files, uploads, processor, events } = this.#deps;
    const picture = await uploads.decode(() => processor.makeSafe(upload, SIDES[kind]));
    await files.add(userId, [picture], (tx, [object = null]) =>
      this.#use(tx, userId, kind, object),
    );
    events.publish({ kind: 'profile changed', userId });
  }

  /** Takes a picture away; nothing happens when there is none. @throws {DomainError} `token_invalid` */
  async remove({ userId }: Viewer, kind: PictureKind): Promise<void> {
    const { store, files, events } = this.#deps;
    await store.write((tx) => this.#use(tx, userId, kind, null));
    events.publish({ kind: 'profile changed', userId });
    await files.sweepSome();
  }

  /** @throws {DomainError} `user_not_found`, `picture_not_found` */
  async find(userId: number): Promise<Picture> {
    const { profile_picture: object } = await this.#deps.userService.find(userId);
    if (object === null) throw new DomainError('picture_not_found');
    const file = this.#deps.files.find(object);
    return {
      version: file.key,
      contentType: file.contentType,
      address: () => file.address(),
      bytes: async () => {
        const bytes = await file.bytes();
        if (!bytes) throw new DomainError('picture_not_found');
        return bytes;
      },
    };
  }

  /** Points the user at another object, or none, and dooms the old one. */
  async #use(tx: Tx, userId: number, kind: PictureKind, object: string | null): Promise<void> {
    const { users, files, now } = this.#deps;
    const user = await users.lock(tx, userId);
    if (!user) throw new DomainError('token_invalid');
    const old = user[kind];
    if (old === object) return;
    await users.update(tx, userId, { [kind]: object }, now());
    if (old !== null) await files.doom(tx, [old]);
  }
}
