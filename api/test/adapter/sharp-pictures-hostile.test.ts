import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp, { type Sharp } from 'sharp';
import { SharpPictureProcessor } from '../../src/adapter/sharp-pictures.ts';
import { PICTURE_SIDE } from '../../src/service/limits.ts';
import type { DomainErrorCode } from '../../src/service/errors.ts';

const processor = new SharpPictureProcessor({ maxPixels: 10_000_000 });

const plain = (width: number, height: number, background: string): Sharp =>
  sharp({ create: { width, height, channels: 3, background } });

/** Red on the left, blue on the right. */
const redAndBlue = () =>
  plain(200, 100, 'red').composite([
    {
      input: { create: { width: 100, height: 100, channels: 3, background: 'blue' } },
      left: 100,
      top: 0,
    },
  ]);

const refused = (upload: Uint8Array, code: DomainErrorCode, by = processor) =>
  assert.rejects(by.makeSafe(upload, PICTURE_SIDE), { code });

/** The nearest of the plain colours at a place, given from 0 to 1 each way. */
async function colourAt(picture: Uint8Array, x: number, y: number): Promise<string> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true });
  const at =
    (Math.floor(y * info.height) * info.width + Math.floor(x * info.width)) * info.channels;
  const [red = 0, green = 0, blue = 0] = data.subarray(at, at + 3);
  const bright = [red > 127 && 'red', green > 127 && 'green', blue > 127 && 'blue'];
  return bright.filter(Boolean).join('+');
}

/** Two frames of an animation, the first red. */
async function animation(): Promise<Sharp> {
  const frames = ['red', 'blue'].map((colour) => plain(20, 20, colour).png().toBuffer());
  return sharp(await Promise.all(frames), { join: { animated: true } });
}

test('a photo is turned the right way round, not only into the right shape', async () => {
  // 3 is upside down: what was on the right is on the left. 6 and 8 lie on their sides.
  const views = [
    { orientation: 3, x: 0.1, y: 0.5, colour: 'blue' },
    { orientation: 6, x: 0.5, y: 0.1, colour: 'red' },
    { orientation: 8, x: 0.5, y: 0.1, colour: 'blue' },
  ];
  for (const { orientation, x, y, colour } of views) {
    const photo = await redAndBlue().jpeg().withMetadata({ orientation }).toBuffer();
    const { bytes } = await processor.makeSafe(photo, PICTURE_SIDE);
    assert.equal(await colourAt(bytes, x, y), colour, `orientation ${orientation}`);
  }
});

test('notes, profiles and places are gone from every format', async () => {
  const notes = { IFD0: { Copyright: 'SecretOwner' }, IFD3: { GPSLatitudeRef: 'N' } };
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const upload = await plain(30, 30, 'red')
      .toFormat(format)
      .withExif(notes)
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">SecretPlace</x:xmpmeta>')
      .withIccProfile('p3')
      .toBuffer();
    const before = await sharp(upload).metadata();
    assert.ok(before.exif && before.xmp && before.icc, format);

    const { bytes } = await processor.makeSafe(upload, PICTURE_SIDE);

    const { exif, xmp, icc } = await sharp(bytes).metadata();
    assert.deepEqual([exif, xmp, icc], [undefined, undefined, undefined], format);
    assert.ok(!Buffer.from(bytes).includes('Secret'), format);
  }
});

test('a photo for print comes out in the colours of screens', async () => {
  const print = await plain(40, 40, 'red').toColourspace('cmyk').jpeg().toBuffer();
  assert.equal((await sharp(print).metadata()).space, 'cmyk');

  const { bytes } = await processor.makeSafe(print, PICTURE_SIDE);

  const { space, channels } = await sharp(bytes).metadata();
  assert.deepEqual([space, channels], ['srgb', 3]);
  assert.equal(await colourAt(bytes, 0.5, 0.5), 'red');
});

test('an animated WebP becomes its first frame; an animated GIF is refused', async () => {
  const webp = await (await animation()).webp().toBuffer();
  assert.equal((await sharp(webp, { animated: true }).metadata()).pages, 2);
  const { bytes } = await processor.makeSafe(webp, PICTURE_SIDE);

  const { pages, width, height } = await sharp(bytes, { animated: true }).metadata();
  assert.deepEqual([pages ?? 1, width, height], [1, 20, 20]);
  assert.equal(await colourAt(bytes, 0.5, 0.5), 'red');
  await refused(await (await animation()).gif().toBuffer(), 'picture_unsupported');
});

test('half a picture is refused in every format, and so is its mere beginning', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const;
  const noisy = sharp({
    create: { width: 300, height: 300, channels: 3, background: 'black', noise },
  });
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const whole = await noisy.clone().toFormat(format).toBuffer();
    await processor.makeSafe(whole, PICTURE_SIDE);
    await refused(whole.subarray(0, whole.length / 2), 'picture_broken');
    await refused(whole.subarray(0, 20), 'picture_broken');
  }
});

test('the limit on pixels is exact', async () => {
  const small = new SharpPictureProcessor({ maxPixels: 100 * 100 });

  await small.makeSafe(await plain(100, 100, 'red').png().toBuffer(), PICTURE_SIDE);
  for (const format of ['jpeg', 'png', 'webp'] as const) {
    const upload = await plain(100, 101, 'red').toFormat(format).toBuffer();
    await refused(upload, 'picture_too_many_pixels', small);
  }
});

test('many pictures at once come out right', async () => {
  const colours = ['red', 'blue', 'red', 'blue', 'red', 'blue'];
  const safe = await Promise.all(
    colours.map(async (colour) =>
      processor.makeSafe(await plain(600, 600, colour).png().toBuffer(), PICTURE_SIDE),
    ),
  );

  const found = await Promise.all(safe.map(({ bytes }) => colourAt(bytes, 0.5, 0.5)));
  assert.deepEqual(found, colours);
});
