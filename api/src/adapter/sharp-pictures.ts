/** Pictures made safe by sharp (libvips): what comes out was drawn here, whatever came in. */
import type { Sharp } from 'sharp';
import { DomainError } from '../service/errors.ts';
import { PICTURE_SIDE } from '../service/limits.ts';
import type { PictureProcessor, SafePicture } from '../service/ports.ts';

interface Format {
  readonly isStartOf: (bytes: Uint8Array) => boolean;
  readonly encode: (picture: Sharp) => Sharp;
  readonly contentType: string;
  readonly extension: string;
}

const text = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** What is accepted, told by the first bytes; the declared type and the file name count for nothing. */
const FORMATS: readonly Format[] = [
  {
    isStartOf: (bytes) => text(bytes, 0, 3) === '\xff\xd8\xff',
    encode: (picture) => picture.jpeg({ quality: 82 }),
    contentType: 'image/jpeg',
    extension: 'jpg',
  },
  {
    isStartOf: (bytes) => text(bytes, 0, 8) === '\x89PNG\r\n\x1a\n',
    encode: (picture) => picture.png(),
    contentType: 'image/png',
    extension: 'png',
  },
  {
    isStartOf: (bytes) => text(bytes, 0, 4) === 'RIFF' && text(bytes, 8, 12) === 'WEBP',
    encode: (picture) => picture.webp({ quality: 82 }),
    contentType: 'image/webp',
    extension: 'webp',
  },
];

/** The decoders in use; every other one of libvips is switched off. */
const LOADERS = ['VipsForeignLoadJpeg', 'VipsForeignLoadPng', 'VipsForeignLoadWebp'];

type SharpModule = typeof import('sharp').default;
let loading: Promise<SharpModule> | undefined;

/** Loaded with the first upload: the server starts faster without. */
async function loadSharp(): Promise<SharpModule> {
  const { default: sharp } = await import('sharp');
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({ operation: LOADERS });
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

export class SharpPictureProcessor implements PictureProcessor {
  readonly #maxPixels: number;

  /** @param maxPixels width × height of the largest picture that is decoded */
  constructor({ maxPixels }: { maxPixels: number }) {
    this.#maxPixels = maxPixels;
  }

  async makeSafe(upload: Uint8Array): Promise<SafePicture> {
    const format = FORMATS.find(({ isStartOf }) => isStartOf(upload));
    if (!format) throw new DomainError('picture_unsupported');
    loading ??= loadSharp();
    const sharp = await loading;

    try {
      const picture = sharp(upload, { failOn: 'error', limitInputPixels: this.#maxPixels })
        // Upright first: metadata goes, and with it the note on how to turn it.
        .autoOrient()
        .resize(PICTURE_SIDE, PICTURE_SIDE, { fit: 'inside', withoutEnlargement: true });
      const bytes = await format.encode(picture).toBuffer();
      return { bytes, contentType: format.contentType, extension: format.extension };
    } catch (error) {
      const isTooLarge = /pixel limit/.test((error as Error).message);
      throw new DomainError(isTooLarge ? 'picture_too_many_pixels' : 'picture_broken', {
        cause: error,
      });
    }
  }
}
