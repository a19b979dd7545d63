import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';
import { SharpPictureProcessor } from '../../src/adapter/sharp-pictures.ts';
import { PICTURE_SIDE } from '../../src/service/limits.ts';
import type { DomainErrorCode } from '../../src/service/errors.ts';

const processor = new SharpPictureProcessor({ maxPixels: 10_000_000 });

const teal = (width: number, height: number): Sharp =>
  sharp({
    create: { width, height, channels: 4, background: { r: 0, g: 128, b: 128, alpha: 0.5 } },
  });

const refused = (upload: Uint8Array, code: DomainErrorCode) =>
  assert.rejects(processor.makeSafe(upload, PICTURE_SIDE), { code });

test('a large photo comes out upright, small and without what the camera wrote into it', async () => {
  const camera = { IFD0: { Make: 'Camera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '37/1' } };
  const photo = await teal(1200, 600)
    .jpeg()
    .withExif(camera)
    .withMetadata({ orientation: 6 })
    .toBuffer();
  assert.ok((await sharp(photo).metadata()).exif);

  const safe = await processor.makeSafe(photo, PICTURE_SIDE);

  const { width, height, format, exif, orientation } = await sharp(safe.bytes).metadata();
  assert.deepEqual([format, width, height], ['jpeg', 256, 512]);
  assert.deepEqual([exif, orientation], [undefined, undefined]);
  assert.deepEqual([safe.contentType, safe.extension], ['image/jpeg', 'jpg']);
});

test('PNG stays PNG with its transparency, WebP stays WebP, and nothing is enlarged', async () => {
  const png = await processor.makeSafe(await teal(30, 20).png().toBuffer(), PICTURE_SIDE);
  const webp = await processor.makeSafe(await teal(3000, 20).webp().toBuffer(), PICTURE_SIDE);

  const small = await sharp(png.bytes).metadata();
  assert.deepEqual(
    [small.format, small.width, small.height, small.hasAlpha],
    ['png', 30, 20, true],
  );
  const wide = await sharp(webp.bytes).metadata();
  assert.deepEqual([wide.format, wide.width, wide.height], ['webp', 512, 3]);
  assert.deepEqual([png.extension, webp.extension], ['png', 'webp']);
});

test('anything but JPEG, PNG and WebP is refused, whatever it calls itself', async () => {
  await refused(
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>'),
    'picture_unsupported',
  );
  await refused(await teal(5, 5).gif().toBuffer(), 'picture_unsupported');
  await refused(await teal(5, 5).tiff().toBuffer(), 'picture_unsupported');
  await refused(Buffer.from('%PDF-1.7'), 'picture_unsupported');
  await refused(Buffer.from('RIFF\0\0\0\0WAVE'), 'picture_unsupported');
  await refused(Buffer.alloc(0), 'picture_unsupported');
});

test('a file that only begins like a picture is refused', async () => {
  const whole = await teal(400, 400).jpeg().toBuffer();
  await refused(whole.subarray(0, whole.length / 2), 'picture_broken');
  await refused(Buffer.from('\xff\xd8\xff and then a story', 'latin1'), 'picture_broken');
  await refused(Buffer.from('\x89PNG\r\n\x1a\n<svg/>', 'latin1'), 'picture_broken');
});

test('what hides behind a picture does not come out with it', async () => {
  const photo = await teal(40, 40).jpeg().toBuffer();
  const polyglot = Buffer.concat([photo, Buffer.from('<script>alert(1)</script>PK\x03\x04')]);

  const { bytes } = await processor.makeSafe(polyglot, PICTURE_SIDE);

  assert.ok(!Buffer.from(bytes).includes('<script>'));
});

test('a picture of too many pixels is refused before it is decoded', async () => {
  await refused(pngOfSize(30_000, 30_000), 'picture_too_many_pixels');
});

/** A PNG whose header claims a size that its few bytes do not have. */
function pngOfSize(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(100)))];
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  return Buffer.concat([signature, ...chunks, chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, checksum]);
}
