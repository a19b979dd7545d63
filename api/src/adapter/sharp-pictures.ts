/** Pictures made safe by sharp (libvips): what comes out was drawn here, whatever came in. */
import { encode as blurhashOf } from 'blurhash';
import type { Sharp, SharpOptions } from 'sharp';
import { DomainError, type DomainErrorCode } from '../service/errors.ts';
import { MEDIA_AREA, MEDIA_PREVIEW_AREA } from '../service/limits.ts';
import type { PictureProcessor, SafeMedia, SafePicture, SizedPicture } from '../service/ports.ts';

interface Format {
  readonly isStartOf: (bytes: Uint8Array) => boolean;
  readonly encode: (picture: Sharp) => Sharp;
  readonly contentType: string;
  readonly extension: string;
}

const text = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.subarray(from, to)).toString('latin1');

/** What is accepted, told by the first bytes; the declared type and the file name count for nothing. */
const STILL_FORMATS: readonly Format[] = [
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
    encode: (picture) => picture.webp({ quality: 82, effort: 2 }),
    contentType: 'image/webp',
    extension: 'webp',
  },
];
const MEDIA_FORMATS: readonly Format[] = [
  ...STILL_FORMATS,
  {
    isStartOf: (bytes) => /^GIF8[79]a$/.test(text(bytes, 0, 6)),
    encode: (picture) => picture.gif({ effort: 3 }),
    contentType: 'image/gif',
    extension: 'gif',
  },
];

/** The decoders in use; every other one of libvips is switched off. */
const LOADERS = [
  'VipsForeignLoadJpeg',
  'VipsForeignLoadPng',
  'VipsForeignLoadWebp',
  'VipsForeignLoadNsgif',
];

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

/** Of a blurhash: details across and down, and the size of the picture that it is made of. */
const BLUR_DETAILS = 4;
const BLUR_SIDE = 32;

export class SharpPictureProcessor implements PictureProcessor {
  readonly #maxPixels: number;

  /** @param maxPixels width × height of the largest picture that is decoded, all its frames together */
  constructor({ maxPixels }: { maxPixels: number }) {
    this.#maxPixels = maxPixels;
  }

  async makeSafe(upload: Uint8Array, side: number): Promise<SafePicture> {
    const format = formatOf(upload, STILL_FORMATS, 'picture_unsupported');
    return this.#inOurWords(async (open) =>
      draw(
        format,
        // Upright first: metadata goes, and with it the note on how to turn it.
        open(upload).autoOrient().resize(side, side, { fit: 'inside', withoutEnlargement: true }),
      ),
    );
  }

  async makeMedia(upload: Uint8Array): Promise<SafeMedia> {
    const format = formatOf(upload, MEDIA_FORMATS, 'media_unsupported');
    return this.#inOurWords(async (open) => {
      const picture = await shrink(format, () => open(upload, { animated: true }), MEDIA_AREA);
      // Made of what was drawn here, which is smaller than what came.
      const again = () => open(picture.bytes, { animated: true });
      const isSmall = picture.width * picture.height <= MEDIA_PREVIEW_AREA;
      const preview = isSmall ? picture : await shrink(format, again, MEDIA_PREVIEW_AREA);
      return { picture, preview, blurhash: await blur(open(preview.bytes)) };
    });
  }

  /**
   * Runs `make`, which gets a function that opens pictures.
   *
   * @throws {DomainError} `picture_broken`, `picture_too_many_pixels`
   */
  async #inOurWords<T>(
    make: (open: (bytes: Uint8Array, options?: SharpOptions) => Sharp) => Promise<T>,
  ): Promise<T> {
    loading ??= loadSharp();
    const sharp = await loading;
    try {
      return await make((bytes, options = {}) =>
        sharp(bytes, { failOn: 'error', limitInputPixels: this.#maxPixels, ...options }),
      );
    } catch (cause) {
      const isTooLarge = /pixel limit/.test((cause as Error).message);
      throw new DomainError(isTooLarge ? 'picture_too_many_pixels' : 'picture_broken', { cause });
    }
  }
}

function formatOf(
  upload: Uint8Array,
  formats: readonly Format[],
  refusal: DomainErrorCode,
): Format {
  const format = formats.find(({ isStartOf }) => isStartOf(upload));
  if (!format) throw new DomainError(refusal);
  return format;
}

async function draw(format: Format, picture: Sharp): Promise<SizedPicture> {
  const { data, info } = await format.encode(picture).toBuffer({ resolveWithObject: true });
  return {
    bytes: data,
    contentType: format.contentType,
    extension: format.extension,
    width: info.width,
    // An animation is a column of pictures.
    height: info.pageHeight ?? info.height,
  };
}

/** Draws a picture anew, of `area` pixels at most. */
async function shrink(format: Format, open: () => Sharp, area: number): Promise<SizedPicture> {
  const { width, height, pages = 1, pageHeight, autoOrient } = await open().metadata();
  // An animation is not turned: libvips would turn the whole column.
  const [across, down] =
    pages > 1 ? [width, pageHeight ?? height] : [autoOrient.width, autoOrient.height];
  const scale = Math.min(1, Math.sqrt(area / (across * down)));
  const upright = pages > 1 ? open() : open().autoOrient();
  if (scale === 1) return draw(format, upright);
  const size = (length: number) => Math.max(1, Math.floor(length * scale));
  return draw(format, upright.resize(size(across), size(down), { fit: 'fill' }));
}

async function blur(picture: Sharp): Promise<string> {
  const { data, info } = await picture
    .resize(BLUR_SIDE, BLUR_SIDE, { fit: 'inside' })
    .flatten({ background: 'white' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(data);
  return blurhashOf(pixels, info.width, info.height, BLUR_DETAILS, BLUR_DETAILS);
}
