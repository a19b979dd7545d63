/** Files to upload. */
import sharp from 'sharp';

/** A JPEG of one colour. */
export function jpegOf(color: string, width = 60, height = 40): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background: color } })
    .jpeg()
    .toBuffer();
}

/** A GIF that shows these colours in turn. */
export async function gifOf(colors: readonly string[], width = 30, height = 20): Promise<Buffer> {
  const frames = colors.map((background) =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  );
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ loop: 0, delay: colors.map(() => 200) })
    .toBuffer();
}

/** As clients send files. */
export const fileOf = (bytes: Uint8Array, type = 'image/jpeg'): Blob =>
  new Blob([new Uint8Array(bytes)], { type });
