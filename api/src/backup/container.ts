/**
 * What the lines of a backup are packed in: a zstd file of a skippable frame that says what it is, one
 * frame with the lines, and a skippable frame with the SHA-256 of every byte before. gzip would not do:
 * some of its bits say nothing, so that not every altered one is noticed. The frames: RFC 8878, 3.1.
 */
import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress, createZstdDecompress, type ZstdCompress } from 'node:zlib';
import { DamagedBackup } from './format.ts';

const SKIPPABLE = 0x18_4d_2a_50;
const SHA256_BYTES = 32;
/** Read from the file at a time. */
const PIECE_BYTES = 256 * 1024;

function frameHeader(contentBytes: number): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(SKIPPABLE, 0);
  header.writeUInt32LE(contentBytes, 4);
  return header;
}

const TITLE = Buffer.from('minitter backup\n');
/** How every backup begins. */
const LEAD = Buffer.concat([frameHeader(TITLE.length), TITLE]);
const DIGEST_HEADER = frameHeader(SHA256_BYTES);
const TAIL_BYTES = DIGEST_HEADER.length + SHA256_BYTES;

/** Compresses what is written to it. */
export function createCompressor(): ZstdCompress {
  return createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
}

/** The bytes of the file, from those that the compressor gives. */
export async function* packed(compressed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  const hashed = (piece: Buffer) => {
    hash.update(piece);
    return piece;
  };
  yield hashed(LEAD);
  for await (const piece of compressed) yield hashed(piece);
  yield hashed(DIGEST_HEADER);
  yield hash.digest();
}

/**
 * The lines' bytes, in pieces of any size. When it has ended without an error, every byte of the file is
 * as it was written.
 *
 * @param advance called with how many more bytes of the file have been read
 * @throws {DamagedBackup} when the file is no backup, ends early or was altered; perhaps only at its end
 * @throws {Error} when it cannot be read
 */
export async function* unpacked(
  file: string,
  advance: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    await refuseStrangers(handle, size);
    const hash = createHash('sha256').update(LEAD);
    advance(LEAD.length);
    yield* decompressed(piecesOf(handle, size, hash, advance));
    await checkDigest(handle, size, hash);
    advance(TAIL_BYTES);
  } finally {
    await handle.close();
  }
}

async function refuseStrangers(handle: FileHandle, size: number): Promise<void> {
  const lead = Buffer.alloc(LEAD.length);
  await handle.read(lead, 0, lead.length, 0);
  if (!lead.equals(LEAD)) throw new DamagedBackup('It is no backup of Minitter.');
  if (size < LEAD.length + TAIL_BYTES) throw new DamagedBackup('It ends early.');
}

/** What stands between the two skippable frames. */
async function* piecesOf(
  handle: FileHandle,
  size: number,
  hash: Hash,
  advance: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  const end = size - TAIL_BYTES;
  for (let at = LEAD.length; at < end;) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - at));
    const { bytesRead } = await handle.read(piece, 0, piece.length, at);
    if (bytesRead === 0) throw new DamagedBackup('It ends early.');
    const read = piece.subarray(0, bytesRead);
    hash.update(read);
    at += bytesRead;
    advance(bytesRead);
    yield read;
  }
}

async function* decompressed(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const zstd = createZstdDecompress();
  const piping = pipeline(pieces, zstd);
  // Whoever reads `zstd` hears of it.
  piping.catch(() => {});
  try {
    yield* zstd as AsyncIterable<Buffer>;
  } catch (error) {
    throw readable(error as NodeJS.ErrnoException);
  } finally {
    zstd.destroy();
    // The file shall not be closed while it is being read.
    await piping.catch(() => {});
  }
}

/** What zstd complains of is damage; anything else stays as it is. */
function readable(error: NodeJS.ErrnoException): Error {
  if (!/^(ZSTD|Z)_/.test(error.code ?? '')) return error;
  const reason = error.code === 'Z_BUF_ERROR' ? 'It ends early.' : 'It was altered.';
  return new DamagedBackup(reason, { cause: error });
}

async function checkDigest(handle: FileHandle, size: number, hash: Hash): Promise<void> {
  const tail = Buffer.alloc(TAIL_BYTES);
  await handle.read(tail, 0, TAIL_BYTES, size - TAIL_BYTES);
  const digest = hash.update(DIGEST_HEADER).digest();
  if (!tail.equals(Buffer.concat([DIGEST_HEADER, digest]))) {
    throw new DamagedBackup('It was altered, or ends early: its checksum is wrong.');
  }
}
